"""A small NukeViet 4.5 as it behaves over HTTP: addresses, twins, lists, feeds, flood guard."""

# ruff: noqa: E501 - markup as the system writes it

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.site.loopback import Answer, Site

_PER_PAGE = 20
_CATEGORIES = {"yeu-cau-bao-gia": "Yêu cầu báo giá", "dau-thau": "Thông báo mời thầu", "tin-tuc": "Tin tức - Sự kiện"}
_GOODS = (
    "bơm tiêm điện",
    "kim luồn tĩnh mạch",
    "hóa chất sinh hóa",
    "máy thở",
    "giường bệnh nhân",
    "phim X-quang",
    "dịch lọc thận",
)
_FIRST_DAY = datetime(2026, 11, 20, 6, 53, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Post:
    number: int
    category: str
    title: str
    slug: str
    at: datetime
    body: str
    file: str = ""

    @property
    def path(self) -> str:
        return f"/{self.category}/{self.slug}-{self.number}.html"


def make_posts() -> list[Post]:
    """60 notices in two categories and 25 news, newest first."""
    posts = []
    for number in range(85, 0, -1):
        at = _FIRST_DAY - timedelta(days=85 - number, minutes=number)
        if number % 17 < 5:
            title = f"Khoa Nội tổng hợp chăm sóc người bệnh cao tuổi kỳ {number}"
            body = "<p>Tập thể khoa đã điều trị và chăm sóc người bệnh tận tình trong thời gian qua.</p>"
            posts.append(Post(number, "tin-tuc", title, f"khoa-noi-cham-soc-ky-{number}", at, body))
            continue
        goods = f"{_GOODS[number % 7]} đợt {number}"
        greeting = number % 12 == 0
        title = "Kính gửi: Các hãng sản xuất, nhà cung cấp tại Việt Nam" if greeting else f"Yêu cầu báo giá mua {goods}"
        until = at + timedelta(days=12)
        body = (
            f"<p>Bệnh viện Đa khoa Mây Trắng có nhu cầu tiếp nhận báo giá để tham khảo, xây dựng giá gói thầu mua {goods}.</p>"
            f"<p>Kính mời các đơn vị quan tâm gửi báo giá.</p>"
            f"<p>Thời hạn tiếp nhận báo giá: trước 16 giờ 30 phút ngày {until:%d/%m/%Y}.</p>"
        )
        category = "dau-thau" if number % 5 == 0 else "yeu-cau-bao-gia"
        slug = "kinh-gui-cac-hang" if greeting else f"bao-gia-mua-hang-dot-{number}"
        posts.append(Post(number, category, title, slug, at, body, f"yc-{number}.txt" if number % 10 == 1 else ""))
    return posts


class NukeViet(Site):
    """The site; `guard` answers within `seconds` are given before it answers 429."""

    def __init__(self, *, guard: int = 1000, seconds: float = 60.0, pause: int = 1) -> None:
        super().__init__(otherwise=self._serve)
        self.posts = make_posts()
        self.guard, self.seconds, self.pause = guard, seconds, pause
        self.refused = 0
        self._recent: list[float] = []

    def notices(self) -> list[Post]:
        return [post for post in self.posts if post.category != "tin-tuc"]

    def _serve(self, target: str) -> Answer | None:  # noqa: PLR0911 - one return for each kind of address
        now = time.monotonic()
        self._recent = [at for at in self._recent if now - at < self.seconds]
        if len(self._recent) >= self.guard:
            self.refused += 1
            return Answer("Too many requests", 429, {"Retry-After": str(self.pause)})
        self._recent.append(now)
        path, _, query = target.partition("?")
        parts = [part for part in path.split("/") if part]
        if path == "/":
            return self._by_operation(query) if query else self._page(self._home())
        if parts[0] in ("print", "savefile") and path.endswith(".html"):
            return self._article("/" + "/".join(parts[1:]), query, bare=True)
        if parts[0] in _CATEGORIES and path.endswith(".html"):
            return self._article(path, query)
        if parts[0] in _CATEGORIES:
            return self._list(parts)
        if path == "/index.php":
            return self._by_operation(query)
        return self._machine(path, parts)

    def _by_operation(self, query: str) -> Answer | None:
        operation = query.partition("op=")[2].partition("&")[0]
        return self._article(f"/{operation}.html", "") if operation else None

    def _machine(self, path: str, parts: list[str]) -> Answer | None:
        if path == "/robots.txt":
            return Answer("User-agent: *\nDisallow: /users/\nSitemap: {base}/sitemap.xml\n")
        if path == "/sitemap.xml":
            return self._xml("<sitemapindex><sitemap><loc>{base}/sitemap-vi.news.xml</loc></sitemap></sitemapindex>")
        if path == "/sitemap-vi.news.xml":
            rows = (
                f"<url><loc>{{base}}{p.path}</loc><lastmod>{p.at:%Y-%m-%dT%H:%M:%S+00:00}</lastmod></url>"
                for p in self.posts[:30]
            )
            return self._xml(f"<urlset>{''.join(rows)}</urlset>")
        if path == "/rss/":
            return self._feed(self.posts)
        if parts[0] == "rss" and len(parts) == 2 and parts[1] in _CATEGORIES:
            return self._feed([post for post in self.posts if post.category == parts[1]])
        return None

    def _feed(self, posts: list[Post]) -> Answer:
        # The month stands where the minutes belong, as in the real ones.
        rows = (
            f"<item><title>{p.title}</title><link>{{base}}{p.path}</link>"
            f"<pubDate>{p.at:%a, %d %b %Y %H:%m:%S} +0000</pubDate></item>"
            for p in posts[:30]
        )
        return self._xml(f"<rss version='2.0'><channel>{''.join(rows)}</channel></rss>")

    def _list(self, parts: list[str]) -> Answer | None:
        posts = [post for post in self.posts if post.category == parts[0]]
        number = int(parts[1].removeprefix("page-")) if len(parts) > 1 else 1
        last = -(-len(posts) // _PER_PAGE)
        if number > last:
            return Answer("", 301, {"Location": f"{{base}}/{parts[0]}/"})
        shown = posts[(number - 1) * _PER_PAGE : number * _PER_PAGE]
        if parts[0] == "yeu-cau-bao-gia":
            rows = "".join(
                f'<div class="panel panel-default"><div class="panel-body"><h3><a href="{p.path}" title="{p.title}">{p.title}</a></h3>'
                f'<div class="text-muted"><ul><li><em class="fa fa-clock-o"></em> {p.at:%d/%m/%Y %H:%M:%S}</li></ul></div></div></div>'
                for p in shown
            )
            rows = f'<div class="news_column">{rows}</div>'
        else:
            rows = "".join(
                f'<a class="show h4" href="{p.path}" title="{p.title}"><h4>{p.title}</h4></a>' for p in shown
            )
        pages = "".join(f'<li><a rel="next" href="/{parts[0]}/page-{n}/">{n}</a></li>' for n in range(2, last + 1))
        return self._page(f'{rows}<ul class="pagination"><li><a href="/{parts[0]}/">1</a></li>{pages}</ul>')

    def _article(self, path: str, query: str, *, bare: bool = False) -> Answer | None:
        post = next((p for p in self.posts if path.endswith(f"-{p.number}.html")), None)
        if post is None:
            return None
        if "download=1" in query:
            body = f"Danh mục hàng hóa đợt {post.number}".encode()
            name = f'attachment; filename="{post.file}"'
            return Answer(body, 200, {"Content-Type": "application/octet-stream", "Content-Disposition": name})
        if path != post.path and not bare:
            return Answer("", 301, {"Location": "{base}" + post.path})
        file = (
            '<div class="panel-heading">File đính kèm</div><div class="list-group news-download-file"><div class="list-group-item">'
            f'<a href="{post.path}?download=1&amp;id=0" title="Tải về">{post.file}</a></div></div>'
            if post.file
            else ""
        )
        others = "".join(f'<li><a href="{p.path}">{p.title}</a></li>' for p in self.posts[:6] if p is not post)
        local = post.at + timedelta(hours=7)
        return self._page(
            f'<div class="news_column panel panel-default" itemtype="http://schema.org/NewsArticle" itemscope><div class="panel-body">'
            f'<h1 class="title" itemprop="headline">{post.title}</h1>'
            f'<div class="hidden"><span itemprop="datePublished">{local:%Y-%m-%dT%H:%M:%S}+07:00</span></div>'
            f'<em class="h5">Thứ sáu - {local:%d/%m/%Y %H:%M}</em><em class="fa fa-eye"></em> 308 <em class="fa fa-comment"></em> 0'
            f'<ul><li><a rel="nofollow" href="/print{post.path}">In ra</a></li><li><a href="/savefile{post.path}">Lưu</a></li></ul>'
            f'<div id="news-bodyhtml" class="bodytext margin-bottom-lg">{post.body}</div>{file}</div></div>'
            f'<div class="news_column"><p class="h3">Những tin mới hơn</p><ul class="related">{others}</ul></div>',
            canonical=post.path,
        )

    def _home(self) -> str:
        latest = "".join(f'<li><a href="{p.path}?utm_source=home">{p.title}</a></li>' for p in self.posts[:5])
        post = self.posts[6]
        twin = f'<li><a href="/index.php?language=vi&amp;nv=news&amp;op={post.category}/{post.slug}-{post.number}">{post.title}</a></li>'
        moved = (
            f'<li><a href="/tin-tuc/{self.posts[8].slug}-{self.posts[8].number}.html">{self.posts[8].title}</a></li>'
        )
        return f"<ul>{latest}{twin}{moved}</ul>"

    def _page(self, body: str, *, canonical: str = "") -> Answer:
        menu = "".join(f'<li><a href="/{alias}/">{name}</a></li>' for alias, name in _CATEGORIES.items())
        feeds = "".join(
            f'<link rel="alternate" type="application/rss+xml" title="Tin tức - {name}" href="/rss/{alias}/">'
            for alias, name in _CATEGORIES.items()
        )
        tag = f'<link rel="canonical" href="{{base}}{canonical}">' if canonical else ""
        page = (
            f'<!DOCTYPE html><html lang="vi"><head><title>Bệnh viện Đa khoa Mây Trắng</title><meta name="generator" content="NukeViet v4.5">'
            f'<link rel="alternate" type="application/rss+xml" title="Tin tức" href="/rss/">{feeds}{tag}</head><body>'
            f'<nav id="menusite"><ul><li><a href="/">Trang nhất</a></li><li><a href="/about/">Giới thiệu</a></li>{menu}'
            f'<li><a href="/users/login/">Đăng nhập</a></li><li><a href="/contact/">Liên hệ</a></li></ul></nav><main>{body}</main>'
            f'<div>Đang truy cập {random.random()}</div><script>var nv_base_siteurl="/",nv_module_name="news";</script></body></html>'
        )
        yesterday = format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True)
        return Answer(page, 200, {"Last-Modified": yesterday, "Set-Cookie": f"nv_session={random.random()}; path=/"})

    def _xml(self, body: str) -> Answer:
        return Answer(f'<?xml version="1.0" encoding="utf-8"?>{body}', 200, {"Content-Type": "text/xml; charset=utf-8"})
