"""`python -m timthau` is the `timthau` command."""

from timthau.cli import main

main(prog_name="timthau")
