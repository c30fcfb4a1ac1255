"""The documentation says what the program does."""

import re
import runpy
from pathlib import Path

import click
import pytest

from cli.main import main
from tests import ROOT
from timthau.config import SETTINGS, Settings
from webui import create_app

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def test_the_page_of_commands_is_the_one_that_make_docs_writes() -> None:
    written = runpy.run_path(str(ROOT / "bin" / "write_docs.py"))
    assert written["COMMANDS_PAGE"].read_text(encoding="utf-8") == written["build_commands_page"]()


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert [setting.variable for setting in SETTINGS if f"`{setting.variable}`" not in page] == []


def test_every_route_is_documented(settings: Settings) -> None:
    page = (ROOT / "docs" / "web.md").read_text(encoding="utf-8")
    routes = {rule.rule for rule in create_app(settings).url_map.iter_rules() if rule.endpoint != "static"}
    assert {route for route in routes if f"`{route}`" not in page} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_the_documentation_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = {
        words.split()[0]
        for words in re.findall(r"`timthau ([a-z][^`\n]*)`|^timthau ([a-z]\S*)", text, re.MULTILINE)
        for words in words
        if words
    }
    assert {name for name in named if name not in main.commands} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_in_the_documentation_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_command_shows_an_example_or_needs_none() -> None:
    unexplained = [name for name, command in main.commands.items() if not (command.help or "").strip()]
    assert unexplained == []
    assert isinstance(main, click.Group)
