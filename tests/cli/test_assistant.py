"""`timthau mcp` through the protocol: what an assistant is offered, what it is told, and what it is refused."""

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import mcp
import pytest

from cli.session import open_search
from timthau.config import Settings
from timthau.model.moment import HANOI
from timthau.model.notice import Attachment, Item, Notice, NoticeKind, make_id

ID = make_id("bv", "may-tho")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with an open and a closed notice."""
    home = tmp_path_factory.mktemp("assistant")
    present = datetime.now(HANOI)
    told = {"source": "bv", "kind": NoticeKind.REQUEST_FOR_QUOTATION, "buyer": "Bệnh viện Mắt", "text": "Kính mời"}
    is_open = Notice(
        id=ID,
        source_key="may-tho",
        url="https://bv.example/may-tho",
        title="Mua máy thở trẻ em",
        deadline_at=present + timedelta(days=30),
        items=(Item(name="Máy thở"),),
        attachments=(Attachment(url="https://bv.example/a.pdf", filename="a.pdf", text="x" * 30_000),),
        **told,
    )
    closed = Notice(
        id=make_id("bv", "cu"),
        source_key="cu",
        url="https://bv.example/cu",
        title="Mua máy thở cũ",
        deadline_at=present - timedelta(days=30),
        **told,
    )
    with open_search(Settings.load({"TIMTHAU_HOME": str(home)})) as (store, _):
        store.save_all([is_open, closed], present)
    return home


def ask(home: Path, *calls: tuple[str, dict[str, Any]]) -> tuple[set[str], list[Any]]:
    """The tools that a started server offers, and its answers to calls."""
    server = mcp.StdioServerParameters(
        command=sys.executable, args=["-m", "cli", "mcp"], env=os.environ | {"TIMTHAU_HOME": str(home)}
    )

    async def run() -> tuple[set[str], list[Any]]:
        async with mcp.Client(server) as client:
            tools = (await client.list_tools()).tools
            assert all(tool.annotations.read_only_hint for tool in tools)
            return {tool.name for tool in tools}, [await client.call_tool(name, said) for name, said in calls]

    with ThreadPoolExecutor(1) as aside:  # a browser of other tests may have a loop in this thread
        return aside.submit(lambda: asyncio.run(run())).result()


def test_an_assistant_searches_reads_follows_and_is_refused(home: Path) -> None:
    names, answers = ask(
        home,
        ("search", {"query": "may tho"}),
        ("search", {"query": "may tho", "only_open": True}),
        ("notice", {"notice_id": ID}),
        ("notice", {"notice_id": ID, "with_texts": True}),
        ("changes", {"limit": 1}),
        ("guide", {}),
        ("guide", {"slug": "vssid-vneid"}),
        ("notice", {"notice_id": "none"}),
        ("search", {"kind": ["nonsense"]}),
    )
    assert names == {"search", "notice", "changes", "guide"}
    *good, missing, wrong = answers
    both, still_open, whole, texts, changes, guides, guide = (answer.structured_content for answer in good)
    assert both["total"] == 2
    [found] = still_open["notices"]
    assert (found["id"], found["buyer"], found["effective"]["state"]) == (ID, "Bệnh viện Mắt", "stated")
    assert [item["name"] for item in whole["items"]] == ["Máy thở"]
    assert "text" not in whole["attachments"][0]
    assert len(texts["attachments"][0]["text"]) == 20_000
    assert texts["attachments"][0]["text_is_cut"]
    assert len(changes["changes"]) == 1
    assert "vssid-vneid" in {one["slug"] for one in guides["guides"]}
    assert "VNeID" in guide["body"]
    assert missing.is_error
    assert "There is no notice none." in missing.content[0].text
    assert wrong.is_error
