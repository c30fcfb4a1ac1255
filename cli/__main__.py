"""`python -m timthau` is the `timthau` command."""

from cli.main import main

main(prog_name="timthau")
