"""What an office keeps in its system of web pages: posts and files of ../shared/cms, to be shown by any system."""

import json
import mimetypes
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from tests import SHARED
from tests.site.loopback import Answer
from timthau.config import Settings
from timthau.store.notice import Store

_SHARED = SHARED / "cms"
#: What takes OCR is left to the test of WordPress.
_SCANS = ("scan", "jpg")


@dataclass(frozen=True)
class File:
    """A file of a post; `style` says how it is offered: embed, link, block, field or image."""

    name: str
    path: Path
    style: str

    def answer(self, *, offered: bool = False) -> Answer:
        """What a server says: with `offered` it hands it out to be saved, whatever it is."""
        if offered:
            name = f"attachment; filename*=UTF-8''{quote(self.name)}"
            return Answer(
                self.path.read_bytes(), 200, {"Content-Type": "application/octet-stream", "Content-Disposition": name}
            )
        kind = mimetypes.guess_type(self.name)[0] or "application/octet-stream"
        return Answer(self.path.read_bytes(), 200, {"Content-Type": kind})


@dataclass(frozen=True)
class Post:
    """One page of the office; `content` holds "{{att:N}}" where its Nth file is shown."""

    number: int
    key: str
    title: str
    slug: str
    category: str
    at: datetime
    excerpt: str
    content: str
    files: tuple[File, ...]

    def body(self, show: Callable[[File], str]) -> str:
        """The text with its files shown in the system's way; those of the style "field" are not in it."""
        return re.sub(r"\{\{att:(\d+)\}\}", lambda m: show(self.files[int(m[1])]), self.content)


@dataclass(frozen=True)
class Office:
    """All posts of an office, newest first, with the answers that a crawl is scored against."""

    name: str
    categories: tuple[str, ...]
    posts: tuple[Post, ...]
    folder: Path

    def score(self, addresses: dict[str, str], settings: Settings) -> dict[str, tuple[int, int]]:
        """How a crawl did: right and of how many, by the names that ../shared/cms/evaluate.py prints."""
        urls, crawl = self.folder / "urls.json", settings.home / "crawl.jsonl"
        # The scorer looks at paths; some systems tell their pages apart by parameters.
        urls.write_text(json.dumps({key: _path_only(url) for key, url in addresses.items()}), encoding="utf-8")
        store = Store.open(settings.database_url)
        notices = (notice.to_json() for notice in store.each_notice())
        lines = [json.dumps(said | {"url": _path_only(str(said["url"]))}, ensure_ascii=False) for said in notices]
        store.close()
        crawl.write_text("\n".join(lines), encoding="utf-8")
        command = [sys.executable, str(_SHARED / "evaluate.py"), str(self.folder / "gold.json"), str(urls), str(crawl)]
        table = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        print(table)
        found = re.findall(r"^(\S.*?)\s{2,}(\d+)(?: /\s+(\d+))?", table, re.MULTILINE)
        return {name: (int(right), int(of or 0)) for name, right, of in found}


def load_office(folder: Path, site: str) -> Office:
    """The office of a name that make_posts.py knows; skips the test where that is not at hand."""
    if not _SHARED.is_dir():
        pytest.skip("needs ../shared/cms, which is not beside this checkout")
    command = [sys.executable, str(_SHARED / "make_posts.py"), str(folder), "--site", site]
    subprocess.run(command, check=True, capture_output=True)
    data = json.loads((folder / "posts.json").read_text(encoding="utf-8"))
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    scanned = {post["key"] for post in gold["posts"] if any(f["kind"] in _SCANS for f in post["attachments"])}
    gold["posts"] = [post for post in gold["posts"] if post["key"] not in scanned]
    (folder / "gold.json").write_text(json.dumps(gold), encoding="utf-8")
    kept = [post for post in data["posts"] if post["key"] not in scanned]
    newest = sorted(kept, key=lambda post: str(post["date"]), reverse=True)
    posts = tuple(
        Post(
            number=len(newest) - index,
            key=post["key"],
            title=post["title"],
            slug=slugify(post["title"]),
            category=post["category"],
            at=datetime.fromisoformat(post["date"]),
            excerpt=post["excerpt"],
            content=post["content"],
            files=tuple(
                File(Path(file).name, folder / file, style)
                for file, style in zip(post["attachments"], post["styles"], strict=True)
            ),
        )
        for index, post in enumerate(newest)
    )
    return Office(data["meta"]["buyer"], tuple(data["meta"]["categories"]), posts, folder)


def _path_only(url: str) -> str:
    return unquote(url).replace("?", "/")


def slugify(title: str) -> str:
    """A title as the last part of an address."""
    plain = unicodedata.normalize("NFD", title.lower().replace("đ", "d"))
    return re.sub(r"[^a-z0-9]+", "-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-")
