"""The bundled sample site: a made-up hospital's portal over real HTTP, to try and to test the whole way on.

Its texts, templates and files live in data/sample_site and are edited there; docs/sample-site.md explains them.
`python -m cli.demo.site` serves it alone.
"""

import argparse
import hashlib
import re
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit
from wsgiref.handlers import format_date_time

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from cli.demo.page import SamplePage, load_page
from timthau.config import data_dir
from timthau.model.moment import HANOI, Moment, start_of
from timthau.model.notice import NoticeKind

_SECTION = re.compile(r"/web/trang-chu/([\w-]+)\.htm")
_MONTH = re.compile(r"/web/lich-cong-tac/([1-9]\d{3})-(0[1-9]|1[0-2])\.html")
_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
_HTML = "text/html; charset=utf-8"
_FEEDS = {
    "/robots.txt": "text/plain; charset=utf-8",
    "/rss.xml": "application/rss+xml; charset=utf-8",
    "/sitemap.xml": "application/xml; charset=utf-8",
}
# mimetypes knows office files only where the system has a table of its own.
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: Stands in rendered pages where the number of visits goes, which is another one at each request.
_VISITS = b"@@VISITS@@"


@dataclass(frozen=True, kw_only=True)
class ExpectedNotice:
    """What a crawl has to find out about one notice; the fields mean what they mean in SamplePage.

    `item_count` is 0 where nothing is itemised; `attachments` are file names; `amends` is a path.
    """

    path: str
    title: str
    kind: NoticeKind
    published_on: date
    deadline_at: Moment | None
    deadline_source: str
    buyer: str | None
    reference_number: str | None
    amount_vnd: int | None
    item_count: int
    item_source: str
    attachments: tuple[str, ...]
    amends: str | None


@dataclass(frozen=True, kw_only=True)
class Response:
    """What the site answers to one request; files have `modified` and `filename`."""

    status: HTTPStatus = HTTPStatus.OK
    content_type: str = _HTML
    body: bytes
    modified: date | None = None
    filename: str | None = None

    @property
    def etag(self) -> str:
        """The same for as long as only the counters differ, therefore a weak one."""
        return f'W/"{hashlib.sha256(self.body).hexdigest()[:24]}"'


class SampleSite:
    """The site as it looks on one day; the same day always gives the same pages, apart from the visit counters.

    `root` is data/sample_site or a copy of it. Raises ValueError with the file's name when a page cannot be used.
    `requests` lists the targets asked for over HTTP, oldest first.
    """

    def __init__(self, root: Path, *, today: date) -> None:
        self.root = root
        self.today = today
        self.requests: list[str] = []
        self.settings = tomllib.loads((root / "site.toml").read_text(encoding="utf-8"))
        owner = self.settings["hospital"]["name"]
        found = [load_page(path, today=today, owner=owner) for path in sorted(root.glob("pages/*/*.html"))]
        self.pages = tuple(sorted(found, key=lambda page: page.published_on, reverse=True))
        self._by_slug = {page.slug: page for page in self.pages}
        self._by_path = {page.path: page for page in self.pages}
        self._files = {unquote(file.path): (file, page) for page in self.pages for file in page.files}
        self._static = {f"/static/{path.name}": path for path in root.glob("static/*")}
        self._environment = Environment(
            loader=FileSystemLoader(root / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._environment.filters.update(fmt=format_day, rfc822=format_rfc822)
        self._environment.globals.update(
            self.settings,
            today=today,
            day=lambda days: today + timedelta(days=days),
            pages_of=self.pages_of,
            side_bar_pages=[self._by_slug[slug] for slug in self.settings["side_bar"]],
        )

    def expected(self) -> list[ExpectedNotice]:
        """What a crawl of the whole site has to find, newest first."""
        return [_expect(page, self._by_slug) for page in self.pages if page.kind]

    def guide_paths(self) -> list[str]:
        """The articles that explain to readers how to do something."""
        return [page.path for page in self.pages if page.guide]

    def other_paths(self) -> list[str]:
        """The articles that are neither notices nor guides: news, recruitment, advice, law."""
        return [page.path for page in self.pages if not page.kind and not page.guide]

    def pages_of(self, section: str) -> list[SamplePage]:
        """The articles of one section, newest first."""
        return [page for page in self.pages if page.section == section]

    def answer(self, target: str, *, base_url: str = "") -> Response:
        """The response to a GET of `target` (path and query); `base_url` begins the addresses in feeds."""
        path, query = unquote(urlsplit(target).path), parse_qs(urlsplit(target).query)
        found = self._page_at(path, query) or self._feed_at(path, base_url) or self._file_at(unquote(target))
        return found or self._html("missing.html", status=HTTPStatus.NOT_FOUND)

    def _page_at(self, path: str, query: dict[str, list[str]]) -> Response | None:
        if page := self._by_path.get(path):
            return self._html("print.html" if "in" in query else "article.html", page=page, body=self._body(page))
        if path == "/":
            return self._html("home.html")
        if (match := _SECTION.fullmatch(path)) and match[1] in self.settings["sections"]:
            number = query.get("page", ["1"])[0]
            return self._html("list.html", **self._listing(match[1], int(number) if number.isdecimal() else 1))
        if match := _MONTH.fullmatch(path):
            return self._html("calendar.html", month=date(int(match[1]), int(match[2]), 1))
        return None

    def _feed_at(self, path: str, base_url: str) -> Response | None:
        if path not in _FEEDS:
            return None
        text = self._environment.get_template(path[1:]).render(base_url=base_url, recent=self._recent())
        return Response(body=text.encode(), content_type=_FEEDS[path])

    def _file_at(self, target: str) -> Response | None:
        if target in self._static:
            file = self._static[target]
            return Response(body=file.read_bytes(), content_type=_MEDIA_TYPES[file.suffix], modified=self.today)
        if target in self._files:
            attached, page = self._files[target]
            file = self.root / "files" / attached.name
            return Response(
                body=file.read_bytes(),
                content_type=_MEDIA_TYPES[file.suffix],
                modified=page.published_on,
                filename=attached.name,
            )
        return None

    def _html(self, template: str, *, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> Response:
        return Response(status=status, body=self._environment.get_template(template).render(values).encode())

    def _body(self, page: SamplePage) -> Markup:
        forms = self._environment.get_template("forms.html").module
        rendered = self._environment.from_string(page.body).render(page=page, forms=forms)
        return Markup(rendered)  # the site's own text; its template has escaped what is put into it

    def _listing(self, section: str, number: int) -> dict[str, Any]:
        """One page of a section; past the end the list is empty and the status still 200."""
        pages, size = self.pages_of(section), self.settings["page_size"]
        shown = pages[(number - 1) * size : number * size] if number > 0 else []
        return {"section": section, "number": number, "last": -(-len(pages) // size), "shown": shown}

    def _recent(self) -> list[SamplePage]:
        """What the sitemap knows: like many, it leaves out what is older."""
        oldest = self.today - timedelta(days=self.settings["sitemap_days"])
        return [page for page in self.pages if page.published_on > oldest]


def format_day(moment: Moment, pattern: str) -> str:
    """A day or time by a strftime pattern, with the weekday (%A) in Vietnamese."""
    return moment.strftime(pattern.replace("%A", _WEEKDAYS[moment.weekday()]))


def format_rfc822(day: date) -> str:
    """The beginning of a day as feeds write it."""
    return format_datetime(start_of(day))


@contextmanager
def serve(site: SampleSite, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve the site from threads while the block runs; gives its base URL, without a slash at the end.

    Port 0 takes a free one. Raises OSError when the port is taken.
    """
    server = _Server((host, port), partial(_Handler, site))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    request_queue_size = 64  # the default of 5 makes bursts of a crawler wait for a second


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD; one request a connection, so that nothing is answered after the server has stopped."""

    server_version = "SamplePortal/1.0"
    sys_version = ""

    def __init__(self, site: SampleSite, *args: Any) -> None:
        self._site = site
        super().__init__(*args)

    def do_GET(self) -> None:
        self._site.requests.append(self.path)
        response = self._site.answer(self.path, base_url=f"http://{self.headers.get('Host', 'localhost')}")
        if response.status == HTTPStatus.OK and self.headers.get("If-None-Match") == response.etag:
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self.send_header("ETag", response.etag)
            self.end_headers()
            return
        visits = f"{len(self._site.requests):,}".replace(",", ".").encode()
        body = response.body.replace(_VISITS, visits)
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", response.etag)
        if response.modified:
            self.send_header("Last-Modified", format_date_time(start_of(response.modified).timestamp()))
        if response.filename:
            self.send_header("Content-Disposition", f"inline; filename*=UTF-8''{quote(response.filename)}")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Keep quiet: the site's log is SampleSite.requests."""


def _expect(page: SamplePage, by_slug: dict[str, SamplePage]) -> ExpectedNotice:
    if page.kind is None:
        raise ValueError(f"{page.path} is no notice")
    return ExpectedNotice(
        path=page.path,
        title=page.title,
        kind=page.kind,
        published_on=page.published_on,
        deadline_at=page.deadline_at,
        deadline_source=page.deadline_source,
        buyer=page.buyer,
        reference_number=page.reference_number,
        amount_vnd=page.amount_vnd,
        item_count=len(page.items),
        item_source=page.item_source,
        attachments=tuple(file.name for file in page.files),
        amends=by_slug[page.amends].path if page.amends else None,
    )


def main() -> None:
    """Serve the site alone until Ctrl-C, for looking at it."""
    parser = argparse.ArgumentParser(prog="python -m timthau.sample_site", description=main.__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--today", type=date.fromisoformat, default=datetime.now(HANOI).date(), metavar="YYYY-MM-DD")
    options = parser.parse_args()
    site = SampleSite(data_dir() / "sample_site", today=options.today)
    with serve(site, host=options.host, port=options.port) as base_url:
        print(f"{base_url}/  (Ctrl-C stops it)", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
