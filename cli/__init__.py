"""The `timthau` command: one module a group of commands, and what runs them."""
