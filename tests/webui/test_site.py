"""The site as a whole: every link leads somewhere, every page is well built, and reading goes on while others write."""

import threading
from collections import Counter, deque
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest

from tests.site.webui import NOW, Site, build_notice, in_days, open_site
from timthau.model.notice import Attachment, Item
from timthau.model.record import Run, RunStatus

pytestmark = pytest.mark.usefixtures("at_now")

_VOID = {"meta", "link", "input", "img", "br", "hr", "rect", "line"}


class _Page(HTMLParser):
    """What the checks need of a page: links, ids, headings, names of fields, and tags that were never closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: Counter[str] = Counter()
        self.headings: list[int] = []
        self.labelled: set[str] = set()
        self.fields: list[str] = []
        self.wrong: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.wrong += [f"{tag} is not closed" for tag in self._open]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if given.get("id"):
            self.ids[given["id"]] += 1
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "label":
            self.labelled.add(given["for"])
        if tag == "input" and given.get("type") != "hidden":
            self.fields.append(given.get("id", ""))
        if tag == "img" and "alt" not in given:
            self.wrong.append("img without alt")
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self._open or self._open.pop() != tag:
            self.wrong.append(f"</{tag}> closes something else")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    notices = [
        build_notice(
            f"n{i}",
            title=f"Mua máy <b>{i}</b>",
            buyer=f"Bệnh viện {i % 5}",
            province="Gia Lai",
            published_at=in_days(-i),
            deadline_at=in_days(5),
            items=(Item(name="Máy", quantity=1.0),),
            attachments=(Attachment(url="https://bv.example.vn/a.pdf", filename="a.pdf", text="a"),),
        )
        for i in range(60)
    ]
    site = open_site(tmp_path_factory.mktemp("site"), notices)
    run = site.store.start_run("benh-vien-mau", NOW)
    site.store.finish_run(
        Run(id=run, source="benh-vien-mau", started_at=NOW, finished_at=NOW, status=RunStatus.OK, found=60)
    )
    return site


def test_every_link_leads_to_a_page_that_is_well_built(site: Site) -> None:
    waiting = deque(["/", "/search?q=may", "/search?q=zzzz", "/nothing"])
    seen, kinds = set(waiting), Counter[str]()
    while waiting:
        address = waiting.popleft()
        path, query = urlsplit(address).path, urlsplit(address).query
        kind = (
            path if query and not path.startswith("/notices/") else f"{path.rpartition('/')[0]}/{'?' if query else ''}"
        )
        kinds[kind] += 1
        if kinds[kind] > 8:  # of one kind enough are enough
            continue
        answer = site.client.get(address, buffered=True, follow_redirects=True)
        assert answer.status_code == (404 if address.startswith("/nothing") else 200), address
        if answer.mimetype != "text/html":
            continue
        page = _Page(answer.get_data(as_text=True))
        assert page.wrong == [], address
        assert [name for name, count in page.ids.items() if count > 1] == [], address
        assert page.headings.count(1) == 1, address
        assert set(page.fields) <= page.labelled, address
        for link in page.links:
            target = urlsplit(urljoin(f"http://localhost{address}", link))
            known = target.path + ("?" + target.query if target.query else "")
            if target.netloc == "localhost" and target.scheme == "http" and known not in seen:
                seen.add(known)
                waiting.append(known)
    assert len(kinds) > 20


def test_metrics_say_how_store_index_and_sources_are(site: Site) -> None:
    text = site.get("/metrics")
    assert "timthau_notices 60.0\n" in text
    assert "timthau_index_lag 0.0\n" in text
    assert 'timthau_run_ok{source="benh-vien-mau"} 1.0\n' in text
    assert 'timthau_run_found{source="benh-vien-mau"} 60.0\n' in text


def test_readers_get_pages_while_notices_are_written(tmp_path_factory: pytest.TempPathFactory) -> None:
    site = open_site(tmp_path_factory.mktemp("site"), [build_notice("first", title="Mua máy thở")])
    answers: Counter[int] = Counter()
    done = threading.Event()

    def read() -> None:
        reader = site.client.application.test_client()
        while not done.is_set():
            for path in ("/search?q=may", "/", f"/notices/{build_notice('first').id}", "/api/v1/notices?q=may"):
                answers[reader.get(path).status_code] += 1

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for batch in range(5):
        site.save(*(build_notice(f"n{batch}-{i}", title=f"Mua máy {batch}-{i}") for i in range(20)))
    done.set()
    for reader in readers:
        reader.join()
    assert set(answers) <= {200, 429}
    assert answers[200] > 5
    assert "101 thông báo" in site.get("/search?q=may")
