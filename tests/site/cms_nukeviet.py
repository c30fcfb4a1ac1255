"""NukeViet 4.5 with its default theme, in the ways that offices set it up."""

# ruff: noqa: E501 - markup as the system writes it

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from tests.site.cms import File, Office, Post, slugify
from tests.site.loopback import Answer, Site

_DAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")


@dataclass(frozen=True)
class Setup:
    """`prefix` stands before categories ("/vi/news"), `rewrite` is False for index.php?…; `view` lays out the lists.

    `flat` puts all posts into one category of mixed news; `machine` is False where sitemap and feeds are off.
    """

    prefix: str = ""
    rewrite: bool = True
    view: str = "page"
    flat: bool = False
    machine: bool = True
    per_page: int = 20


class NukeViet(Site):
    """The office as NukeViet shows it."""

    def __init__(self, office: Office, setup: Setup) -> None:
        super().__init__(otherwise=self._serve)
        self.office, self.setup = office, setup
        self.names = ("Tin tức",) if setup.flat else office.categories
        self.aliases = {slugify(name): name for name in self.names}
        self.by_path = {self._op(post): post for post in office.posts}

    @property
    def addresses(self) -> dict[str, str]:
        """The posts' addresses by their keys."""
        return {post.key: self.url + self.link(post) for post in self.office.posts}

    def link(self, post: Post, before: str = "") -> str:
        return self._address(f"{before}{self._op(post)}.html")

    def _op(self, post: Post) -> str:
        alias = next(alias for alias, name in self.aliases.items() if self.setup.flat or name == post.category)
        return f"{alias}/{post.slug}-{post.number}"

    def _address(self, op: str) -> str:
        if not self.setup.rewrite:
            return f"/index.php?language=vi&nv=news&op={op.rstrip('/')}" if op else "/index.php?language=vi&nv=news"
        return f"{self.setup.prefix}/{op}"

    def _posts(self, alias: str) -> list[Post]:
        return [post for post in self.office.posts if self.setup.flat or post.category == self.aliases[alias]]

    def _serve(self, target: str) -> Answer | None:
        path, _, query = target.partition("?")
        if path == "/" and not query:
            if self.setup.prefix.startswith("/vi"):
                return Answer("", 302, {"Location": "{base}/vi/"})
            return self._page(self._home())
        if path == "/vi/":
            return self._page(self._home())
        if path.startswith("/uploads/news/"):
            found = (f for post in self.office.posts for f in post.files if f.name == path.rpartition("/")[2])
            return next((f.answer() for f in found), None)
        if "op=" in query or path.startswith(f"{self.setup.prefix}/"):
            op = query.partition("op=")[2].partition("&")[0] or path.removeprefix(f"{self.setup.prefix}/")
            if answer := self._operation(op.strip("/"), query):
                return answer
        return self._machine(path) if self.setup.machine else None

    def _operation(self, op: str, query: str) -> Answer | None:
        for twin in ("print/", "savefile/"):
            if op.startswith(twin):
                post = self.by_path.get(op.removeprefix(twin).removesuffix(".html"))
                return self._page(f"<h1>{escape(post.title)}</h1>{post.body(self._show)}") if post else None
        if post := self.by_path.get(op.removesuffix(".html")):
            if "download=1" in query:
                number = int(query.partition("&id=")[2] or query.partition("?id=")[2] or 0)
                return self._fields(post)[number].answer(offered=True)
            return self._detail(post)
        alias, _, rest = op.partition("/")
        if alias in self.aliases:
            return self._list(alias, int(rest.removeprefix("page-")) if rest.startswith("page-") else 1)
        if alias == "rss":
            return self._feed(rest.strip("/"))
        return None

    def _machine(self, path: str) -> Answer | None:
        if path == "/robots.txt":
            return Answer("User-agent: *\nDisallow: /users/\nDisallow: /seek/\nSitemap: {base}/sitemap.xml\n")
        if path == "/sitemap.xml":
            return _xml("<sitemapindex><sitemap><loc>{base}/sitemap-vi.news.xml</loc></sitemap></sitemapindex>")
        if path == "/sitemap-vi.news.xml":
            rows = (
                f"<url><loc>{{base}}{escape(self.link(p))}</loc><lastmod>{p.at:%Y-%m-%d}</lastmod></url>"
                for p in self.office.posts
            )
            return _xml(f"<urlset>{''.join(rows)}</urlset>")
        return None

    def _feed(self, alias: str) -> Answer:
        posts = self._posts(alias) if alias in self.aliases else list(self.office.posts)
        rows = (  # the month stands where the minutes belong
            f"<item><title>{escape(p.title)}</title><link>{{base}}{escape(self.link(p))}</link><guid>{p.number}</guid><description><![CDATA[{p.excerpt}]]></description>"
            f"<pubDate>{p.at.astimezone(UTC):%a, %-d %b %Y %H:%m:%S} GMT</pubDate></item>"
            for p in posts[:30]
        )
        return _xml(f'<rss version="2.0"><channel><title>Tin tức</title>{"".join(rows)}</channel></rss>')

    def _list(self, alias: str, number: int) -> Answer:
        posts, size = self._posts(alias), self.setup.per_page
        last = -(-len(posts) // size)
        if number > last:
            return Answer("", 301, {"Location": "{base}" + self._address(f"{alias}/")})
        shown = posts[(number - 1) * size : number * size]
        rows = {"page": self._view_page, "list": self._view_list, "grid": self._view_grid}[self.setup.view](shown)
        pages = "".join(
            f'<li class="{"active" if n == number else ""}"><a rel="next" href="{escape(self._address(f"{alias}/page-{n}/" if n > 1 else f"{alias}/"))}">{n}</a></li>'
            for n in range(1, last + 1)
        )
        more = "".join(
            f'<li><a href="{escape(self.link(p))}" title="{escape(p.title)}">{escape(p.title)} <em>({p.at:%d/%m/%Y})</em></a></li>'
            for p in posts[number * size : number * size + 10]
        )
        others = f'<hr/><h4>Các tin khác</h4><ul class="related">{more}</ul>' if more else ""
        return self._page(
            f'<div class="news_column"><div class="alert alert-info clearfix"><h3>{self.aliases[alias]}</h3></div></div>{rows}{others}<div class="text-center"><ul class="pagination">{pages}</ul></div>'
        )

    def _view_page(self, posts: list[Post]) -> str:
        rows = "".join(
            f'<div class="panel panel-default"><div class="panel-body"><h3><a href="{escape(self.link(p))}" title="{escape(p.title)}">{escape(p.title)}</a></h3>'
            f'<div class="text-muted"><ul class="list-unstyled list-inline"><li><em class="fa fa-clock-o">&nbsp;</em> {p.at:%d/%m/%Y %H:%M:%S}</li>'
            f'<li><em class="fa fa-eye">&nbsp;</em> Đã xem: {p.number * 7}</li><li><em class="fa fa-comment-o">&nbsp;</em> Phản hồi: 0</li></ul></div>{escape(p.excerpt)}</div></div>'
            for p in posts
        )
        return f'<div class="news_column">{rows}</div>'

    def _view_list(self, posts: list[Post]) -> str:
        rows = "".join(
            f'<a class="show" href="{escape(self.link(p))}" data-content="{escape(p.excerpt)}" data-rel="tooltip" title="{escape(p.title)}"><h4 class="list-group-item-heading"><span class="label label-default">{i}</span>&nbsp;&nbsp;{escape(p.title)}</h4></a>'
            for i, p in enumerate(posts, 1)
        )
        return f'<div class="list-group">{rows}</div>'

    def _view_grid(self, posts: list[Post]) -> str:
        return "".join(
            f'<div class="col-sm-12 col-md-8"><div class="thumbnail"><a title="{escape(p.title)}" href="{escape(self.link(p))}"><img alt="{escape(p.title)}" src="/assets/no-image.jpg" width="150" class="img-thumbnail"/></a>'
            f'<div class="caption text-center"><h4><a class="show" href="{escape(self.link(p))}" title="{escape(p.title)}">{escape(p.title)}</a></h4></div></div></div>'
            for p in posts
        )

    def _fields(self, post: Post) -> list[File]:
        return [file for file in post.files if file.style in ("link", "block", "field")]

    def _show(self, file: File) -> str:
        """What an editor puts into the text; the rest goes into the box below it."""
        return (
            f'<iframe src="/uploads/news/{file.name}" width="100%" height="800"></iframe>'
            if file.style == "embed"
            else ""
        )

    def _detail(self, post: Post) -> Answer:
        page = escape(self.link(post))
        join = "&amp;" if "?" in page else "?"
        files = ""
        for number, file in enumerate(self._fields(post)):
            view = (
                f"{page}{join}pdf=1&amp;id={number}"
                if file.name.endswith(".pdf")
                else f"https://view.officeapps.live.com/op/embed.aspx?src={{base}}/uploads/news/{file.name}"
            )
            files += (
                f'<div class="list-group-item"><span class="badge"><a role="button" data-toggle="collapse" href="#file-{number}"><i class="fa fa-eye" data-content="Xem trước"></i></a></span>'
                f'<a href="{page}{join}download=1&amp;id={number}" title="Tải về {file.name}" download>Tải về : <strong>{file.name}</strong></a><div class="clearfix"></div>'
                f'<div class="collapse" id="file-{number}" data-src="{view}" data-toggle="collapsefile" data-loaded="false"><div class="well margin-top"><iframe height="600" scrolling="yes" src="" width="100%"></iframe></div></div></div>'
            )
        if files:
            files = f'<div class="panel panel-default"><div class="panel-heading"><i class="fa fa-download"></i> <strong>File đính kèm</strong></div><div class="list-group news-download-file">{files}</div></div>'
        others = [other for other in self.office.posts if other.category == post.category and other is not post][:8]
        related = "".join(
            f'<li><em class="fa fa-angle-right">&nbsp;</em><h4><a href="{escape(self.link(p))}" title="{escape(p.title)}">{escape(p.title)}</a></h4> <em>({p.at:%d/%m/%Y})</em></li>'
            for p in others
        )
        iso = f"{post.at:%Y-%m-%dT%H:%M:%S}+07:00"
        return self._page(
            f'<div class="news_column panel panel-default" itemtype="http://schema.org/NewsArticle" itemscope><div class="panel-body"><h1 class="title margin-bottom-lg" itemprop="headline">{escape(post.title)}</h1>'
            f'<div class="hidden hide d-none" itemprop="author" itemtype="http://schema.org/Person" itemscope><span itemprop="name">Quản trị</span></div>'
            f'<span class="hidden hide d-none" itemprop="datePublished">{iso}</span><span class="hidden hide d-none" itemprop="dateModified">{iso}</span>'
            f'<span class="hidden hide d-none" itemprop="mainEntityOfPage">{{base}}{page}</span><div class="hidden hide d-none" itemprop="publisher" itemtype="http://schema.org/Organization" itemscope><span itemprop="name">{self.office.name}</span></div>'
            f'<div class="row margin-bottom-lg"><div class="col-md-12"><span class="h5">{_DAYS[post.at.weekday()]} - {post.at:%d/%m/%Y %H:%M}</span></div><div class="col-md-12"><ul class="list-inline text-right">'
            f'<li><a class="dimgray" rel="nofollow" title="In ra" href="javascript: void(0)" onclick="nv_open_browse(\'{escape(self.link(post, "print/"))}\')"><em class="fa fa-print fa-lg">&nbsp;</em></a></li>'
            f'<li><a class="dimgray" rel="nofollow" title="Lưu bài viết này" href="{escape(self.link(post, "savefile/"))}"><em class="fa fa-save fa-lg">&nbsp;</em></a></li></ul></div></div>'
            f'<div class="clearfix"><div class="hometext m-bottom" itemprop="description">{escape(post.excerpt)}</div></div><div id="news-bodyhtml" class="bodytext margin-bottom-lg">{post.body(self._show)}</div>{files}'
            f'<div class="margin-bottom-lg"><p class="h5 text-right"><strong>Tác giả: </strong>Quản trị</p></div></div></div>'
            f'<div class="news_column panel panel-default"><div class="panel-body"><div class="h5"><em class="fa fa-tags">&nbsp;</em><strong>Tags: </strong><a title="báo giá" href="{self._address("tag/bao-gia/")}"><em>báo giá</em></a></div></div></div>'
            f'<div class="news_column panel panel-default"><div class="panel-body"><form id="form3B" action=""><div class="h5 clearfix"><p id="stringrating">Tổng số điểm của bài viết là: 0 trong 0 đánh giá</p><span id="hover-test">Click để đánh giá bài viết</span></div></form></div></div>'
            f'<div class="news_column panel panel-default"><div class="panel-body other-news"><p class="h3"><strong>Những tin cũ hơn</strong></p><div class="clearfix"><ul class="detail-related related list-none list-items">{related}</ul></div></div></div>',
            head=f'<title>{escape(post.title)} - {self._category(post)} - {self.office.name}</title><meta property="og:type" content="article"><meta property="og:title" content="{escape(post.title)}">'
            f'<meta property="article:published_time" content="{post.at:%Y-%m-%d}+07{post.at:%m:%H:%M:%S}"><link rel="canonical" href="{{base}}{page}">',
        )

    def _category(self, post: Post) -> str:
        return self.names[0] if self.setup.flat else post.category

    def _home(self) -> str:
        blocks = ""
        for alias, name in self.aliases.items():
            posts = self._posts(alias)[:4]
            rows = "".join(
                f'<li><a class="show h4" href="{escape(self.link(p))}" title="{escape(p.title)}">{escape(p.title)}</a></li>'
                for p in posts
            )
            blocks += f'<div class="news_column"><div class="panel panel-default clearfix"><div class="panel-heading"><ul class="list-inline sub-list-icon"><li><h4><a title="{name}" href="{escape(self._address(f"{alias}/"))}"><span>{name}</span></a></h4></li></ul></div><div class="panel-body"><ul class="related list-items">{rows}</ul></div></div></div>'
        return blocks

    def _page(self, body: str, *, head: str = "") -> Answer:
        menu = "".join(
            f'<li role="presentation"><a class="dropdown-toggle" href="{escape(self._address(f"{alias}/"))}" role="button" title="{name}">{name}</a></li>'
            for alias, name in self.aliases.items()
        )
        feeds = (
            f'<link rel="alternate" type="application/rss+xml" title="Tin tức" href="{escape(self._address("rss/"))}">'
            + "".join(
                f'<link rel="alternate" type="application/rss+xml" title="Tin tức - {name}" href="{escape(self._address(f"rss/{alias}/"))}">'
                for alias, name in self.aliases.items()
            )
            if self.setup.machine
            else ""
        )
        newest = "".join(
            f'<li class="clearfix"><a class="show" href="{escape(self.link(p))}" title="{escape(p.title)}">{escape(p.title)}</a></li>'
            for p in self.office.posts[:6]
        )
        page = (
            f'<!DOCTYPE html><html lang="vi"><head>{head or f"<title>{self.office.name}</title>"}<meta name="generator" content="NukeViet v4.5">{feeds}</head><body><noscript><div class="alert alert-danger">Trình duyệt của bạn đã tắt chức năng hỗ trợ JavaScript.</div></noscript>'
            f'<div class="wraper"><header><div id="header"><div class="logo"><a title="{self.office.name}" href="/"><img src="/uploads/logo.png" alt="{self.office.name}"/></a><h1>{self.office.name}</h1></div></div></header>'
            f'<nav class="second-nav" id="menusite"><div class="navbar navbar-default" id="menu-site-default"><ul class="nav navbar-nav"><li><a class="home" title="Trang nhất" href="/">Trang nhất</a></li><li role="presentation"><a href="/about/" title="Giới thiệu">Giới thiệu</a></li>{menu}'
            f'<li role="presentation"><a href="/users/login/">Thành viên</a></li><li role="presentation"><a href="/contact/">Liên hệ</a></li></ul></div></nav>'
            f'<section><div class="container" id="body"><div class="row"><div class="col-sm-16 col-md-18">{body}</div><div class="col-sm-8 col-md-6"><div class="panel panel-primary"><div class="panel-heading">Tin mới</div><div class="panel-body"><ul class="block_tophits list-none">{newest}</ul></div></div>'
            f'<div class="panel panel-primary"><div class="panel-heading">Thống kê truy cập</div><div class="panel-body"><ul class="counter list-none display-table"><li><span>Đang truy cập</span><span>{random.randrange(99)}</span></li><li><span>Hôm nay</span><span>1,204</span></li></ul></div></div></div></div></div></section>'
            f'<footer class="section-footer-bottom" id="footer"><div class="footer-copyright"><p>© Bản quyền thuộc về {self.office.name}</p></div></footer></div><script>var nv_base_siteurl="/",nv_lang_data="vi",nv_name_variable="nv",nv_module_name="news";</script></body></html>'
        )
        yesterday = format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True)
        return Answer(page, 200, {"Last-Modified": yesterday, "Set-Cookie": f"nv4_sess={random.random()}; path=/"})


def _xml(body: str) -> Answer:
    return Answer(f'<?xml version="1.0" encoding="utf-8"?>{body}', 200, {"Content-Type": "text/xml; charset=utf-8"})
