"""A hospital's posts in NukeViet and Joomla, set up as offices do, crawled and scored against their answers."""

from collections.abc import Callable
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from crawler.process.run import crawl
from tests.site import cms_drupal, cms_e107, cms_joomla, cms_nukeviet, cms_textpattern
from tests.site.cms import Office, load_office
from tests.site.loopback import serve
from timthau.config import Settings
from timthau.store.notice import Store

pytestmark = pytest.mark.slow

SETUPS: dict[str, tuple[Callable[[Office, Any], Any], Any]] = {
    "nukeviet below /vi/news, plain lists": (
        cms_nukeviet.NukeViet,
        cms_nukeviet.Setup(prefix="/vi/news", view="list"),
    ),
    "nukeviet without rewriting, sitemap and feeds": (
        cms_nukeviet.NukeViet,
        cms_nukeviet.Setup(rewrite=False, machine=False, per_page=8),
    ),
    "nukeviet with one list of mixed news": (
        cms_nukeviet.NukeViet,
        cms_nukeviet.Setup(flat=True, view="grid", machine=False, per_page=10),
    ),
    "joomla 3 with index.php and tables": (
        cms_joomla.Joomla,
        cms_joomla.Setup(index="/index.php", suffix="", view="table", nested=True),
    ),
    "joomla 3 with mixed news and without dates": (
        cms_joomla.Joomla,
        cms_joomla.Setup(flat=True, view="table", dated=False),
    ),
    "joomla 3 with parameters alone": (
        cms_joomla.Joomla,
        cms_joomla.Setup(friendly=False, suffix=""),
    ),
    "joomla 5 without numbers": (
        cms_joomla.Joomla,
        cms_joomla.Setup(version=5, ids=False, suffix="", nested=True),
    ),
    "drupal 7 without rewriting, views of titles": (
        cms_drupal.Drupal,
        cms_drupal.Setup(clean=False, teasers=False, rdf=True),
    ),
    "drupal 10 with aliases": (cms_drupal.Drupal, cms_drupal.Setup(version=10, aliases=True, rdf=True)),
    "e107": (cms_e107.E107, cms_e107.Setup()),
    "e107 whose pagers lead to all news": (cms_e107.E107, cms_e107.Setup(pager="bootstrap", mixed=True)),
    "textpattern with one section": (
        cms_textpattern.Textpattern,
        cms_textpattern.Setup(one_section=True, permlink="section_title"),
    ),
    "textpattern with parameters alone": (cms_textpattern.Textpattern, cms_textpattern.Setup(permlink="messy")),
}


#: Read in small by test_pager_systems.py.
ONCE_MORE = {"textpattern with parameters alone"}


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Office]:
    return cache(lambda hospital: load_office(tmp_path_factory.mktemp("office"), hospital))


@pytest.mark.parametrize(
    ("name", "hospital"),
    [
        pytest.param(name, hospital, marks=[pytest.mark.nightly] if name in ONCE_MORE else [])
        for name, hospital in zip(SETUPS, cycle(("songthao", "hoanglam")))
    ],
)
def test_every_notice_is_read_once_and_nothing_else(
    name: str, hospital: str, offices: Callable[[str], Office], tmp_path: Path
) -> None:
    (kind, setup), office = SETUPS[name], offices(hospital)
    settings = Settings.load({"TIMTHAU_HOME": str(tmp_path)})
    site = kind(office, setup)
    with serve(site) as url:
        first = crawl([url], settings=settings, delay=0)[0]
        asked = len(site.requests)
        second = crawl([url], settings=settings, delay=0)[0]
        again = len(site.requests) - asked
        scores = office.score(site.addresses, settings)
    assert (first.status, second.status) == ("ok", "ok")
    assert (second.new, second.changed) == (0, 0)
    assert again <= 0.15 * asked
    # What lies on Google Drive cannot be read.
    missed = {name: of - right for name, (right, of) in scores.items() if of and right < of and "external" not in name}
    stored = {name: missed.pop(name, 0) for name in ("other pages stored as notices",)}
    assert stored == {"other pages stored as notices": 23}
    assert scores["notices stored twice"] == scores["pages outside the answers"] == (0, 0)
    assert missed == {}
    assert _files(settings) == {post.title: len(post.files) for post in office.posts if post.files}


def _files(settings: Settings) -> dict[str, int]:
    """How many files each notice has, those that are only linked to left out."""
    store = Store.open(settings.database_url)
    found = {notice.title: [file for file in notice.attachments if file.size] for notice in store.each_notice()}
    store.close()
    return {title: len(files) for title, files in found.items() if files}
