"""From a page to its article: title, text, tables, files and date, whatever software made the page."""

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

from crawler.extract.document import Article
from crawler.extract.page.block import Block, build_tables, read_lines
from crawler.extract.page.data import find_kept_article
from crawler.extract.page.file_link import find_files
from crawler.extract.page.heading import split_title
from crawler.extract.page.hidden_address import reveal_addresses, spell_out
from crawler.extract.page.layout import PageLayout, find_layout
from crawler.extract.page.parse import parse_page
from crawler.extract.page.publication import find_published, is_doubtful, parse_byline, read_json_ld
from crawler.extract.page.tree import find_named
from timthau.text.fold import collapse_spaces, fold
from timthau.text.repair import repair

#: What has fewer words may be a section's name or an invitation to click as well.
_TITLE_WORDS = 4
_HEADING, _BODY, _END = "\ue000heading\ue000", "\ue000body\ue000", "\ue000end\ue000"
# What follows the article on the same page, by the words above it.
_TAIL = re.compile(
    r"[\s•»>*-]*(?:ý kiến bạn đọc|ý kiến của bạn|gửi (?:bình luận|ý kiến)|để lại (?:một )?bình luận"
    r"|(?:những |các )?(?:tin|bài)(?: viết| đăng| tức)?"
    r"(?: đã đưa| đã đăng| mới hơn| cũ hơn| khác| liên quan| cùng chuyên mục| mới nhất| nổi bật| tiếp theo)"
    r"|thông báo khác|tin (?:mới|cũ) hơn|tổng số điểm của bài viết|(?:\d+ )?bình luận(?: \(\d+\))?"
    r"|thống kê(?: truy cập)?|lượt truy cập|truy cập hôm nay|đang (?:truy cập|online)"
    r"|related (?:posts?|articles?)|leave a reply)\s*[:.]?(?:\s.{0,60})?",
    re.I,
)
_BUTTON = (
    r"chia sẻ(?: bài viết)?|tweet|in (?:bài viết|trang|bài)|bản in|gửi (?:email|mail|cho bạn bè)|quay lại|trở lại"
    r"|về trang trước|lên đầu trang|email|print|facebook|zalo|file đính kèm|tệp (?:tin )?đính kèm|tải về|download"
    r"|lượt xem|lượt đọc|đã xem|\(?bấm vào đây để nhận mã\)?|click để đánh giá bài viết|xếp hạng|đánh giá bài viết"
    r"|trang chủ|từ khóa|tags?"
)
_NOISE_LINE = re.compile(rf"(?:[\s|•»-]*+(?:{_BUTTON})\s*+(?:[:：]\s*+)?[\d.,]*+\s*+)++", re.I)
_FACT = re.compile(
    r"(?:hạn (?:nộp|chót|cuối)|thời (?:hạn|gian|điểm)|bên mời|chủ đầu tư|đơn vị|tên gói|gói thầu"
    r"|giá (?:gói|dự)|số (?:hiệu|tbmt)|hình thức|địa (?:điểm|chỉ)|lĩnh vực|nguồn vốn|mở thầu|đóng thầu)[^:]{0,40}:",
    re.I,
)
# What some templates set between heading and text, when nothing marks where the text begins.
_PARTICULAR = re.compile(
    r"chi tiết|(?:viết bởi|tác giả|người đăng|đăng bởi|chuyên mục|danh mục|được đăng|đã đăng|ngày đăng|ngày tạo"
    r"|cập nhật|lượt xem|lượt đọc|đánh giá)\b.{0,80}",
    re.I,
)
_SURE_PARTICULAR = re.compile(r"viết bởi|tác giả|người đăng|đăng bởi|lượt (?:xem|đọc)", re.I)
_BYLINE_START = re.compile(r"\W*(?:thứ|chủ nhật|\d|đăng|ngày đăng|cập nhật|ngày cập nhật|được đăng)", re.I)


def parse_article(html: bytes | str, *, url: str, encoding: str | None = None, called: str = "") -> Article:
    """The article of a page; `url` is where it was found, `encoding` what the server declared.

    `called` is what other pages call it; where the page shows just these words, they are its heading.
    Text is repaired and in NFC; times are Hanoi's. Raises DocumentError when there is no page to read.
    """
    soup = parse_page(html, encoding=encoding)
    if kept := find_kept_article(soup):
        soup = parse_page(kept)
    reveal_addresses(soup)
    told = find_named(soup, "base", "meta", "script")  # what machines are told
    base = _base(told, url)
    described = list(read_json_ld(told))
    head_titles, site_name = _read_head(soup, told, described)
    names = [_clean(called), *head_titles] if len(called.split()) >= _TITLE_WORDS else head_titles
    layout = find_layout(soup, names, [site_name] if site_name else [])
    title = _title(layout, head_titles, site_name)
    site_name = site_name or _rest_of_title(soup, title)
    region, body, noise = layout.region, layout.body, layout.noise
    files = find_files(region, url=base, body=body, skip=noise) if region and body else ()
    before, said, after = _read_parts(layout, soup)
    near = [*before, *(line.text for line in said[:3])]
    published = find_published(told, described=described, region=region, noise=noise, near=near, after=after)
    lines = _repair_lines(_without_noise(said, title))
    return Article(
        url=url,
        title=title,
        text="\n".join(line.text for line in lines),
        published_at=published,
        tables=build_tables(lines),
        files=files,
        site_name=site_name,
        is_day_doubtful=is_doubtful(described, told, region) and not any(parse_byline(line) for line in near),
    )


def _base(told: list[Tag], url: str) -> str:
    href = next((str(tag["href"]) for tag in told if tag.name == "base" and tag.has_attr("href")), "")
    try:
        return urljoin(url, href)
    except ValueError:
        return url


def _read_head(soup: BeautifulSoup, told: list[Tag], described: list[dict[str, Any]]) -> tuple[list[str], str | None]:
    """What the head calls the page, best first, and its site."""
    titles = [str(node["headline"]) for node in described if isinstance(node.get("headline"), str)]
    meta = {
        str(tag.get("property") or tag.get("name")): str(tag.get("content", "")) for tag in told if tag.name == "meta"
    }
    titles += [meta[name] for name in ("og:title", "twitter:title") if meta.get(name)]
    pieces: list[str] = []
    if soup.title is not None:
        pieces = split_title(_clean(soup.title.get_text(" ")))
    titles += pieces
    site = _clean(meta.get("og:site_name", "")) or next(_named_sites(described), "")
    return [title for title in dict.fromkeys(map(_clean, titles)) if title], site or None


def _named_sites(described: list[dict[str, Any]]) -> Iterator[str]:
    for node in described:
        if str(node.get("@type")) in ("WebSite", "Organization", "Hospital", "GovernmentOrganization") and isinstance(
            node.get("name"), str
        ):
            yield _clean(node["name"])


def _rest_of_title(soup: BeautifulSoup, title: str) -> str | None:
    """What a <title> says besides the article's own: "Mời thầu mua máy - Bệnh viện A"."""
    pieces = split_title(_clean(soup.title.get_text(" ")))[1:] if soup.title is not None else []
    others = [piece for piece in (pieces[-1], pieces[0]) if fold(piece) not in fold(title)] if pieces else []
    return others[0] if len(others) == 1 else None


def _clean(text: str) -> str:
    return collapse_spaces(repair(text))


def _title(layout: PageLayout, titles: list[str], site_name: str | None) -> str:
    if layout.heading is not None:
        shown = _clean(layout.heading.get_text(" "))
        # A heading cut short for the design: the head has it whole.
        stem = shown.rstrip(" .…")
        whole = next((title for title in titles if title.startswith(stem)), "") if shown.endswith(("...", "…")) else ""
        return whole or shown
    site = fold(site_name or "")
    return next(
        (title for title in titles if fold(title) != site and not _joins(title, titles)), titles[0] if titles else ""
    )


def _joins(title: str, titles: list[str]) -> bool:
    """Whether a <title> is several of the others put together."""
    return sum(other != title and other in title for other in titles) > 1


def _read_parts(layout: PageLayout, soup: BeautifulSoup) -> tuple[list[str], list[Block], list[str]]:
    """The lines below the heading, those of the body, and those around both within the region."""
    heading, body, region = layout.heading, layout.body, layout.region
    if body is None or region is None:
        return [], [], []
    if heading is not None:
        heading.clear()
        heading.append(f"\n{_HEADING}\n")
        for place in (heading.insert_before, heading.insert_after):
            place(soup.new_tag("br"))
    if region is not body:
        for text, place in ((_BODY, body.insert_before), (_END, body.insert_after)):
            mark = soup.new_tag("p")
            mark.string = text
            place(mark)
    lines = read_lines(region, layout.noise)
    at = {
        mark: next((i for i, line in enumerate(lines) if mark in line.text), None) for mark in (_HEADING, _BODY, _END)
    }
    named = at[_HEADING]
    start = at[_BODY] if at[_BODY] is not None else -1
    end = at[_END] if at[_END] is not None else len(lines)
    if start is None or end is None:
        return [], [], []
    if named is not None and named > start:
        start = named
    between = lines[named + 1 : start] if named is not None else lines[max(0, start - 2) : max(0, start)]
    # Between heading and body some sites set a box of facts; the rest there is bylines and summaries.
    facts = [line for line in between if line.row is not None or _FACT.match(line.text)]
    beyond = [*lines[max(0, (named if named is not None else start) - 2) : named or 0], *lines[end + 1 :]]
    return (
        [_clean(line.text) for line in between],
        facts + lines[start + 1 : end],
        [_clean(line.text) for line in beyond],
    )


def _without_noise(lines: list[Block], title: str) -> list[Block]:
    """The lines without title, byline, buttons and what other articles the page goes on to."""
    kept: list[Block] = []
    above = list(takewhile(lambda line: line.row is None and _PARTICULAR.fullmatch(line.text), lines))
    if any(_SURE_PARTICULAR.match(line.text) for line in above):
        lines = lines[len(above) :]
    for index, line in enumerate(lines):
        if line.row is None and _TAIL.fullmatch(line.text):
            rest = lines[index + 1 :]
            if (
                sum(r.linked for r in rest) * 2 >= sum(len(r.text) for r in rest)
                or sum(len(r.text) for r in rest) < 400
            ):
                break
        if line.row is None and _NOISE_LINE.fullmatch(line.text):
            continue
        if index < 4 and (fold(line.text) == fold(title) or (len(line.text) < 80 and _is_byline(line.text))):
            continue
        kept.append(line)
    half = len(kept) // 2
    printed_twice = half > 1 and [line.text for line in kept[:half]] == [line.text for line in kept[half:]]
    return kept[:half] if printed_twice else kept


def _is_byline(text: str) -> bool:
    return _BYLINE_START.match(text) is not None and parse_byline(text) is not None


def _repair_lines(lines: list[Block]) -> list[Block]:
    """All lines and cells repaired in one go, as some damage shows only in the whole."""
    parts: list[str] = []
    for line in lines:
        parts.append(line.text)
        parts.extend(line.row or ())
    repaired = iter(spell_out(repair("\n".join(part.replace("\n", " ") for part in parts))).split("\n"))
    done: list[Block] = []
    for line in lines:
        text = collapse_spaces(next(repaired))
        row = tuple(collapse_spaces(next(repaired)) for _ in line.row) if line.row is not None else None
        if text:
            done.append(Block(text, line.linked, row, line.table))
    return done
