"""Systems whose lists lead on in ways of their own: all of a small office is read, and little asked again."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.process.job import RunReport
from crawler.process.run import crawl
from tests.site.cms import Office, Post, slugify
from tests.site.cms_drupal import Drupal
from tests.site.cms_drupal import Setup as DrupalSetup
from tests.site.cms_e107 import E107
from tests.site.cms_e107 import Setup as E107Setup
from tests.site.cms_textpattern import Setup as TextpatternSetup
from tests.site.cms_textpattern import Textpattern
from tests.site.loopback import serve, title
from timthau.config import Settings
from timthau.model.moment import HANOI
from timthau.model.notice import Notice
from timthau.store.notice import Store

_NOTICES = 36
_NEWS = 6
_PAGE = 5
_CATEGORIES = ("Mời thầu", "Yêu cầu báo giá", "Tin tức")
_TEXT = (
    "<p>Bệnh viện Đa khoa Thử Nghiệm có nhu cầu tiếp nhận báo giá để tham khảo, xây dựng giá gói thầu.</p>"
    "<p>Kính mời các đơn vị quan tâm gửi báo giá với nội dung cụ thể như sau.</p>"
    "<p>Thời hạn tiếp nhận báo giá: trước 17h ngày 30 tháng 11 năm 2026.</p>"
)
SYSTEMS: dict[str, tuple[type[Any], Any]] = {
    "drupal 7": (Drupal, DrupalSetup(per_page=_PAGE)),
    "drupal 7 without rewriting": (Drupal, DrupalSetup(clean=False, teasers=False, rdf=True, per_page=_PAGE)),
    "drupal 10 with aliases": (Drupal, DrupalSetup(version=10, aliases=True, per_page=_PAGE)),
    "e107": (E107, E107Setup(per_page=_PAGE)),
    "e107 with dropdowns": (E107, E107Setup(section="cat", item="item", folder="/tin/", pager="dropdown")),
    "e107 whose pagers lead to all news": (E107, E107Setup(pager="bootstrap", mixed=True, per_page=_PAGE)),
    "textpattern": (Textpattern, TextpatternSetup(per_page=_PAGE)),
    "textpattern with days in its addresses": (
        Textpattern,
        TextpatternSetup(permlink="year_month_day_title", one_section=True, per_page=_PAGE),
    ),
    "textpattern with parameters alone": (Textpattern, TextpatternSetup(permlink="messy", per_page=_PAGE)),
}


@dataclass
class Seen:
    """What came of a system: the reports of two crawls, how much each asked for, what is stored."""

    reports: list[RunReport]
    asked: list[int]
    notices: list[Notice]


def _office() -> Office:
    newest = datetime(2026, 11, 28, 8, 15, tzinfo=HANOI)
    titles = [(title(n), _CATEGORIES[n % 2]) for n in range(_NOTICES)]
    for place in range(_NEWS):
        titles.insert(place * 6, (f"Hội nghị giao ban công tác chuyên môn tháng {place + 1}", _CATEGORIES[2]))
    posts = [
        Post(
            number=len(titles) - place,
            key=f"n{place}",
            title=name,
            slug=slugify(name),
            category=category,
            at=newest - timedelta(days=place, minutes=7 * place),
            excerpt="Kính mời các đơn vị quan tâm xem nội dung.",
            content=_TEXT.replace("Thử Nghiệm", f"Thử Nghiệm {place}") if category != "Tin tức" else "<p>Sáng nay.</p>",
            files=(),
        )
        for place, (name, category) in enumerate(titles)
    ]
    return Office("Bệnh viện Đa khoa Thử Nghiệm", _CATEGORIES, tuple(posts), Path())


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    settings = Settings.load({"TIMTHAU_HOME": str(tmp_path_factory.mktemp("systems"))})
    sites = {name: kind(_office(), setup) for name, (kind, setup) in SYSTEMS.items()}
    with ExitStack() as stack:
        urls = [stack.enter_context(serve(site)) for site in sites.values()]
        reports = [crawl(urls, settings=settings, delay=0)]
        first = [len(site.requests) for site in sites.values()]
        reports.append(crawl(urls, settings=settings, delay=0))
        second = [len(site.requests) - before for site, before in zip(sites.values(), first, strict=True)]
    store = Store.open(settings.database_url)
    stored = list(store.each_notice())
    store.close()
    return {
        name: Seen(
            reports=[run[place] for run in reports],
            asked=[first[place], second[place]],
            notices=[notice for notice in stored if notice.source == reports[0][place].source],
        )
        for place, name in enumerate(sites)
    }


@pytest.mark.parametrize("name", SYSTEMS)
def test_all_is_read_with_its_day_and_little_asked_again(name: str, seen: dict[str, Seen]) -> None:
    it = seen[name]
    first, second = it.reports
    assert (first.status, second.status) == ("ok", "ok"), (first.message, second.message)
    assert (second.new, second.changed) == (0, 0)
    said = {post.title: post.at.date() for post in _office().posts if post.category != "Tin tức"}
    found = {notice.title: notice.published_at for notice in it.notices}
    days = {name: at.date() if isinstance(at, datetime) else at for name, at in found.items()}
    assert (days, len(it.notices)) == (said, _NOTICES)
    assert it.asked[1] <= max(12, 0.15 * it.asked[0])
