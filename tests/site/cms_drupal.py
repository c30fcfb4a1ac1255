"""Drupal 7 and 10 and Backdrop with their default themes: pages of lists are counted from 0."""

# ruff: noqa: E501 - markup as the system writes it

from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qs

from tests.site.cms import File, Office, Post, slugify
from tests.site.loopback import Answer, Site

_DAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
_ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Setup:
    """`version` 7 or 10; `clean` is False for /?q=node/12, `aliases` for addresses that say the title.

    `teasers` is False where a view lists bare titles. With `rdf` pages say their time to machines.
    """

    version: int = 7
    clean: bool = True
    aliases: bool = False
    teasers: bool = True
    rdf: bool = False
    home_posts: int = 8
    per_page: int = 10


class Drupal(Site):
    """The office as Drupal shows it: the newest on the home page, one term of a vocabulary for each category."""

    def __init__(self, office: Office, setup: Setup) -> None:
        super().__init__(otherwise=self._serve)
        self.office, self.setup = office, setup
        self.by_op = {self._op(post): post for post in office.posts}
        self.by_op |= {f"node/{post.number}": post for post in office.posts}
        self.terms = {f"taxonomy/term/{number}": name for number, name in enumerate(office.categories, 3)}
        if setup.aliases:
            self.terms |= {slugify(name): name for name in office.categories}

    @property
    def addresses(self) -> dict[str, str]:
        """The posts' addresses by their keys."""
        return {post.key: self.url + self.link(post) for post in self.office.posts}

    def link(self, post: Post) -> str:
        return self._address(self._op(post))

    def _op(self, post: Post) -> str:
        return f"content/{post.slug}" if self.setup.aliases else f"node/{post.number}"

    def _address(self, op: str, page: int = 0) -> str:
        if self.setup.clean:
            return f"/{op}" + (f"?page={page}" if page else "")
        return (f"/?q={op}" if op else "/") + (f"{'&' if op else '?'}page={page}" if page else "")

    def _serve(self, target: str) -> Answer | None:
        path, _, query = target.partition("?")
        asked = parse_qs(query)
        op = asked.get("q", [path.strip("/")])[0].strip("/")
        page = int(asked.get("page", ["0"])[0])
        if op.startswith("sites/default/files/"):
            found = (f for post in self.office.posts for f in post.files if f.name == op.rpartition("/")[2])
            return next((f.answer() for f in found), None)
        if op in ("", "node"):
            return self._list("node", list(self.office.posts), page, self.setup.home_posts, "", teasers=True)
        if op == "rss.xml" or op.endswith("/feed"):
            name = self.terms.get(op.removesuffix("/feed"))
            return self._feed([p for p in self.office.posts if name in (None, p.category)])
        if op in self.terms:
            posts = [post for post in self.office.posts if post.category == self.terms[op]]
            return self._list(op, posts, page, self.setup.per_page, self.terms[op], teasers=self.setup.teasers)
        if post := self.by_op.get(op):
            return self._article(post)
        return self._page("<h1>Không tìm thấy trang</h1>", "Không tìm thấy trang", status=404) if op else None

    def _feed(self, posts: list[Post]) -> Answer:
        rows = "".join(
            f'<item><title>{escape(p.title)}</title><link>{{base}}{self.link(p)}</link><description></description><pubDate>{p.at:%a, %d %b %Y %H:%M:%S} +0700</pubDate><dc:creator>admin</dc:creator><guid isPermaLink="false">{p.number} at {{base}}</guid></item>'
            for p in posts[:10]
        )
        return Answer(
            f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xml:base="{{base}}" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>{self.office.name}</title><link>{{base}}</link>{rows}</channel></rss>',
            200,
            {"Content-Type": "application/rss+xml; charset=utf-8"},
        )

    def _list(self, op: str, posts: list[Post], page: int, size: int, name: str, *, teasers: bool) -> Answer:
        shown = posts[page * size : (page + 1) * size]
        rows = self._teasers(shown) if teasers else self._view(shown)
        last = -(-len(posts) // size) - 1
        make = self._pager_7 if self.setup.version == 7 else self._pager_10
        heading = f'<h1 class="title" id="page-title">{name}</h1>' if name else ""
        pager = make(op, min(page, last), last) if last else ""
        return self._page(f"{heading}{rows}{pager}", name, feed=self._address(f"{op}/feed") if name else "/rss.xml")

    def _pager_7(self, op: str, page: int, last: int) -> str:
        def item(kind: str, number: int, hint: str, text: str) -> str:
            return f'<li class="pager-{kind}"><a title="{hint}" href="{self._address(op, number)}">{text}</a></li>'

        items = "".join(
            f'<li class="pager-current">{n + 1}</li>'
            if n == page
            else item("item", n, f"Đến trang {n + 1}", str(n + 1))
            for n in range(max(0, page - 4), min(last, page + 4) + 1)
        )
        before = item("first first", 0, "Đến trang đầu tiên", "« đầu") + item(
            "previous", page - 1, "Đến trang trước", "‹ trước"
        )
        after = item("next", page + 1, "Đến trang kế tiếp", "sau ›") + item(
            "last last", last, "Đến trang cuối cùng", "cuối »"
        )
        return f'<h2 class="element-invisible">Trang</h2><div class="item-list"><ul class="pager">{before if page else ""}{items}{after if page < last else ""}</ul></div>'

    def _pager_10(self, _op: str, page: int, last: int) -> str:
        """Addresses are relative to the page, and the first page has its number too."""

        def item(kind: str, number: int, hint: str, text: str) -> str:
            return f'<li class="pager__item{kind}"><a href="?page={number}" title="{hint}">{text}</a></li>'

        items = "".join(
            item(
                " is-active" if n == page else "",
                n,
                "Trang hiện tại" if n == page else f"Go to page {n + 1}",
                f'<span class="visually-hidden">{"Trang hiện tại" if n == page else "Trang"}</span>{n + 1}',
            )
            for n in range(max(0, page - 4), min(last, page + 4) + 1)
        )
        arrow = '<span class="visually-hidden">{}</span><span aria-hidden="true">{}</span>'
        before = item(" pager__item--first", 0, "Go to first page", arrow.format("First page", "« First")) + item(
            " pager__item--previous", page - 1, "Go to previous page", arrow.format("Previous page", "‹‹")
        )
        after = item(" pager__item--next", page + 1, "Go to next page", arrow.format("Next page", "››")) + item(
            " pager__item--last", last, "Go to last page", arrow.format("Last page", "Last »")
        )
        return f'<nav class="pager" role="navigation" aria-labelledby="pagination-heading"><h4 id="pagination-heading" class="visually-hidden">Pagination</h4><ul class="pager__items js-pager__items">{before if page else ""}{items}{after if page < last else ""}</ul></nav>'

    def _byline(self, post: Post) -> str:
        if self.setup.version == 7:
            when = f"{_ENGLISH_DAYS[post.at.weekday()]}, {post.at:%d/%m/%Y - %H:%M}"
            marked = f'<span property="dc:date dc:created" content="{post.at:%Y-%m-%dT%H:%M:%S}+07:00" datatype="xsd:dateTime">{when}</span>'
            return f'<footer><p class="submitted">{marked if self.setup.rdf else when} by <span class="username">admin</span></p></footer>'
        when = f"{_DAYS[post.at.weekday()]}, {post.at:%d/%m/%Y - %H:%M}"
        time = (
            f'<time datetime="{post.at:%Y-%m-%dT%H:%M:%S}+07:00" class="datetime">{when}</time>'
            if self.setup.rdf
            else when
        )
        return f'<footer class="node__meta"><div class="node__submitted">Được gửi bởi <span>admin</span> vào <span>{time}</span></div></footer>'

    def _teasers(self, posts: list[Post]) -> str:
        return "".join(
            f'<div id="node-{p.number}" class="node node-article node-promoted node-teaser clearfix"><h2><a href="{self.link(p)}">{escape(p.title)}</a></h2>{self._byline(p)}<div class="content clearfix"><div class="field field-name-body"><p>{escape(p.excerpt)}</p></div></div><div class="link-wrapper"><ul class="links inline"><li class="node-readmore first last"><a href="{self.link(p)}" rel="tag" title="{escape(p.title)}">Đọc tiếp<span class="element-invisible"> về {escape(p.title)}</span></a></li></ul></div></div>'
            for p in posts
        )

    def _view(self, posts: list[Post]) -> str:
        rows = "".join(
            f'<div class="views-row views-row-{i}"><div class="views-field views-field-title"><span class="field-content"><a href="{self.link(p)}">{escape(p.title)}</a></span></div><div class="views-field views-field-created"><span class="field-content">{p.at:%d/%m/%Y}</span></div></div>'
            for i, p in enumerate(posts, 1)
        )
        return f'<div class="view view-tin-theo-muc view-id-tin_theo_muc view-display-id-page"><div class="view-content">{rows}</div></div>'

    def _show(self, file: File) -> str:
        path = f"/sites/default/files/{file.name}"
        if file.style == "embed":
            return f'<object data="{path}" type="application/pdf" width="100%" height="600"></object>'
        return f'<a href="{path}">{file.name}</a>'

    def _article(self, post: Post) -> Answer:
        files = "".join(
            f'<tr class="odd"><td><span class="file"><img class="file-icon" alt="PDF icon" src="/modules/file/icons/application-pdf.png" /> <a href="/sites/default/files/{f.name}" type="application/pdf; length=4711">{f.name}</a></span></td><td>46.01 KB</td></tr>'
            for f in post.files
            if f.style == "field"
        )
        table = (
            f'<div class="field field-name-field-tep field-type-file"><table class="sticky-enabled"><thead><tr><th>Đính kèm</th><th>Kích thước</th></tr></thead><tbody>{files}</tbody></table></div>'
            if files
            else ""
        )
        term = next(op for op, name in self.terms.items() if name == post.category)
        tags = f'<div class="field field-name-field-tags field-type-taxonomy-term-reference"><h3 class="field-label">Chuyên mục: </h3><ul class="links"><li class="taxonomy-term-reference-0"><a href="{self._address(term)}" rel="dc:subject">{post.category}</a></li></ul></div>'
        body = f'<div class="field field-name-body field-type-text-with-summary field-label-hidden"><div class="field-items"><div class="field-item even">{post.body(self._show)}</div></div></div>'
        return self._page(
            f'<h1 class="page__title title" id="page-title">{escape(post.title)}</h1><article id="node-{post.number}" class="node node-article view-mode-full clearfix"><header>{self._byline(post)}</header>{body}{table}{tags}<ul class="links inline"><li class="comment_forbidden first last"><span><a href="{self._address("user/login")}">Đăng nhập</a> để gửi bình luận</span></li></ul></article>',
            post.title,
        )

    def _page(self, body: str, title: str, *, feed: str = "", status: int = 200) -> Answer:
        menu = "".join(
            f'<li class="menu-{300 + i}"><a href="{self._address(next(op for op, n in reversed(self.terms.items()) if n == name))}" title="">{name}</a></li>'
            for i, name in enumerate(self.office.categories)
        )
        recent = "".join(
            f'<li class="views-row"><a href="{self.link(p)}">{escape(p.title)}</a></li>' for p in self.office.posts[:5]
        )
        alternate = (
            f'<link rel="alternate" type="application/rss+xml" title="RSS - {title or self.office.name}" href="{feed}" />'
            if feed
            else ""
        )
        generator = {7: "Drupal 7 (http://drupal.org)", 10: "Drupal 10 (https://www.drupal.org)"}[self.setup.version]
        name = f"{escape(title)} | {self.office.name}" if title else self.office.name
        return Answer(
            f'<!DOCTYPE html><html lang="vi" dir="ltr"><head><meta charset="utf-8" />{alternate}<meta name="Generator" content="{generator}" /><title>{name}</title><link href="/core/themes/style.css" rel="stylesheet"></head>'
            f'<body class="html not-front not-logged-in one-sidebar sidebar-first page-node"><div id="skip-link"><a href="#main-content" class="element-invisible element-focusable">Nhảy đến nội dung</a></div><div id="page"><header class="header" id="header" role="banner"><h1 class="header__site-name"><a href="/" rel="home">{self.office.name}</a></h1></header>'
            f'<div id="main-menu" class="navigation"><ul id="main-menu-links" class="links inline clearfix"><li class="menu-218 first active"><a href="/" class="active">Trang chủ</a></li>{menu}<li><a href="{self._address("contact")}">Liên hệ</a></li></ul></div>'
            f'<main id="main"><div id="content" class="column" role="main"><a id="main-content"></a>{body}</div><aside class="sidebars"><section class="block block-views"><h2 class="block-title">Bài mới</h2><ul>{recent}</ul></section><section class="block block-user"><h2>Đăng nhập</h2><form action="{self._address("node")}" method="post" id="user-login-form"><a href="{self._address("user/password")}" title="Yêu cầu mật khẩu mới qua e-mail.">Yêu cầu mật khẩu mới</a></form></section></aside></main><footer id="footer">Cung cấp bởi <a href="https://www.drupal.org">Drupal</a></footer></div></body></html>',
            status,
            {"X-Generator": generator, "Cache-Control": "public, max-age=300"},
        )
