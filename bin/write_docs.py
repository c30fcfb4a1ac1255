"""Writes the pages of docs/ that are made from the program: `make docs`.

docs/commands.md comes from every command's --help and the settings table.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from cli.main import main
from timthau.config import SETTINGS

COMMANDS_PAGE = Path(__file__).parent.parent / "docs" / "commands.md"


def build_commands_page() -> str:
    """Markdown of all commands and settings."""
    parts = [
        "# Commands and settings\n\n<!-- Made by `make docs` from `--help`; edit the program, not this page. -->\n"
    ]
    parts += [f"\n## {path}\n\n```text\n{text}\n```\n" for path, text in _helps(main, "timthau")]
    parts.append("\n## Settings\n\nEnvironment variables; `{home}` is `TIMTHAU_HOME`.\n\n")
    parts.append("| Variable | Type | Default | Meaning |\n|---|---|---|---|\n")
    parts += [f"| `{s.variable}` | {s.type} | {f'`{s.default}`' if s.default else ''} | {s.help} |\n" for s in SETTINGS]
    parts.append("\n## Exit codes\n\n0: all went well. 1: an error, named in one line on stderr. 2: the command was ")
    parts.append("called wrongly. 3: `timthau extract` read the document, and it is no procurement notice.\n")
    return "".join(parts)


def _helps(command: click.Command, path: str) -> Iterator[tuple[str, str]]:
    context = click.Context(command, info_name=path, terminal_width=100, help_option_names=["-h", "--help"])
    yield path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                yield from _helps(child, f"{path} {name}")


if __name__ == "__main__":
    sys.exit(COMMANDS_PAGE.write_text(build_commands_page(), encoding="utf-8") == 0)
