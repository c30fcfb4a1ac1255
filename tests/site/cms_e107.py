"""e107 1 and 2: addresses are news.php?extend.85, and pagers count entries behind a dot."""

# ruff: noqa: E501 - markup as the system writes it

from dataclasses import dataclass
from html import escape

from tests.site.cms import File, Office, Post
from tests.site.loopback import Answer, Site


@dataclass(frozen=True)
class Setup:
    """`item` and `section` are the words for an article and a category; `folder` is where e107 lies.

    `pager` is links, a dropdown, or the list of Bootstrap. With `mixed` every category's pager leads to all news.
    """

    item: str = "extend"
    section: str = "list"
    folder: str = "/"
    pager: str = "links"
    mixed: bool = False
    per_page: int = 8


class E107(Site):
    """The office as e107 shows it: news.php is the home page."""

    def __init__(self, office: Office, setup: Setup) -> None:
        super().__init__(otherwise=self._serve)
        self.office, self.setup = office, setup
        self.news = f"{setup.folder}news.php"

    @property
    def addresses(self) -> dict[str, str]:
        """The posts' addresses by their keys."""
        return {post.key: self.url + self.link(post) for post in self.office.posts}

    def link(self, post: Post) -> str:
        return f"{self.news}?{self.setup.item}.{post.number}"

    def _section(self, name: str) -> str:
        return f"{self.news}?{self.setup.section}.{self.office.categories.index(name) + 1}"

    def _serve(self, target: str) -> Answer | None:  # noqa: PLR0911 - one return for each kind of address
        path, _, query = target.partition("?")
        if "/e107_files/" in path or path.endswith("/request.php"):
            number = int(query) if query.isdecimal() else -1
            files = [f for post in self.office.posts for f in post.files]
            found = [f for i, f in enumerate(files) if i == number or f.name == path.rpartition("/")[2]]
            return next((f.answer(offered=number >= 0) for f in found), None)
        if path.endswith("/rss.php"):
            return self._feed()
        if path == "/" and self.setup.folder != "/":
            return Answer("", 302, {"Location": f"{{base}}{self.news}"})
        if path not in ("/", f"{self.setup.folder}index.php", self.news):
            return None
        word, *numbers = query.split(".")
        if word == self.setup.item and numbers:
            post = next((post for post in self.office.posts if post.number == int(numbers[0])), None)
            return self._article(post) if post else self._page("<div class='center'>Không có tin nào như vậy.</div>")
        start = int(numbers[1]) if len(numbers) > 1 else 0
        if word == self.setup.section:
            number = int(numbers[0])
            name = self.office.categories[number - 1]
            return self._list([p for p in self.office.posts if p.category == name], start, number)
        return self._list(list(self.office.posts), start, 0)

    def _feed(self) -> Answer:
        rows = "".join(
            f"<item><title>{escape(p.title)}</title><link>{{base}}{self.link(p)}</link><description><![CDATA[{p.excerpt}]]></description><pubDate>{p.at:%a, %d %b %Y %H:%M:%S} +0700</pubDate><guid isPermaLink='true'>{{base}}{self.link(p)}</guid></item>"
            for p in self.office.posts[:9]
        )
        return Answer(
            f"<?xml version='1.0' encoding='utf-8'?><!-- generator='e107' --><rss version='2.0'><channel><title>{self.office.name}: Tin tức</title>{rows}</channel></rss>",
            200,
            {"Content-Type": "application/xml; charset=utf-8"},
        )

    def _list(self, posts: list[Post], start: int, number: int) -> Answer:
        size = self.setup.per_page
        if number and self.setup.mixed and start:
            number, posts = 0, list(self.office.posts)
        total = len(self.office.posts) if self.setup.mixed else len(posts)
        address = (
            f"{self.news}?default.0."
            if self.setup.mixed or not number
            else f"{self.news}?{self.setup.section}.{number}."
        )
        pages = [(n + 1, f"{address}{n * size}") for n in range(-(-total // size))]
        rows = "".join(
            f"<div class='newsbox'><div class='newstitle'><a href='{self.link(p)}'>{escape(p.title)}</a></div><div class='newsinfo'>{self._posted(p)} <a href='{self._section(p.category)}'>{p.category}</a></div><div class='newsbody'>{escape(p.excerpt)}</div><div class='newsfoot'><a href='comment.php?comment.news.{p.number}'>Bình luận: 0</a> <a href='email.php?news.{p.number}'><img src='/e107_images/generic/email.png' alt='Gửi cho bạn'></a> <a href='print.php?news.{p.number}'><img src='/e107_images/generic/printer.png' alt='Bản in'></a></div></div>"
            for p in posts[start : start + size]
        )
        return self._page(rows + (self._pager(pages, start // size + 1) if len(pages) > 1 else ""))

    def _pager(self, pages: list[tuple[int, str]], current: int) -> str:
        if self.setup.pager == "dropdown":
            options = "".join(
                f"<option value='{url}'{' selected' if n == current else ''}>{n}</option>" for n, url in pages
            )
            return f"<div class='nextprev'>Trang&nbsp;<select class='tbox npdropdown' name='pageSelect' onchange='window.location.href=this.options[selectedIndex].value'>{options}</select></div>"
        if self.setup.pager == "bootstrap":
            items = "".join(
                f"<li class='page-item active'><a class='page-link' href='#' onclick='return false;' title='Trang {n}'>{n}</a></li>"
                if n == current
                else f"<li class='page-item'><a class='page-link' href='{url}' title='Go to page {n}'>{n}</a></li>"
                for n, url in pages
            )
            return f"<div class='news-list-pagination'><ul class='pagination justify-content-center'>{items}</ul></div>"
        links = "<span class='nextprev-sep'>&nbsp;</span>".join(
            f"<span class='nextprev-item current' title='Trang {n}'>{n}</span>"
            if n == current
            else f"<a class='nextprev-item' href='{url}' title='Go to page {n}'>{n}</a>"
            for n, url in pages
        )
        return f"<!-- Start of Next/Prev --><div class='nextprev'><span class='nextprev-caption'>Trang {current} / {len(pages)}</span> {links}</div><!-- End of Next/Prev -->"

    def _posted(self, post: Post) -> str:
        return f"Đăng bởi <a href='user.php?id.1'>admin</a> vào {post.at:%A %d %B %Y - %H:%M:%S}"

    def _show(self, file: File) -> str:
        if file.style == "block":
            number = [f for post in self.office.posts for f in post.files].index(file)
            return f"<a href='request.php?{number}'>{file.name}</a>"
        return f"<a class='bbcode' rel='external' href='/e107_files/public/{file.name}'>{file.name}</a>"

    def _article(self, post: Post) -> Answer:
        files = "".join(
            f"<br><a class='bbcode' href='/e107_files/public/{f.name}'>{f.name}</a>"
            for f in post.files
            if f.style == "field"
        )
        return self._page(
            f"<div class='newsbox'><div class='newstitle'>{escape(post.title)}</div><div class='newsinfo'>{self._posted(post)} <a href='{self._section(post.category)}'>{post.category}</a></div><div class='newsbody'>{post.body(self._show)}{files}</div><div class='newsfoot'><a href='email.php?news.{post.number}'>Gửi cho bạn</a> <a href='print.php?news.{post.number}'>Bản in</a></div></div><div class='nextprev'><a href='{self.news}'>Trở lại trang tin</a></div>",
            post.title,
        )

    def _page(self, body: str, title: str = "") -> Answer:
        menu = "".join(
            f"<li class='link'><a href='{self._section(name)}'>{name}</a></li>" for name in self.office.categories
        )
        recent = "".join(f"<li><a href='{self.link(p)}'>{escape(p.title)}</a></li>" for p in self.office.posts[:5])
        feed = f"{self.setup.folder}e107_plugins/rss_menu/rss.php?1.2"
        return Answer(
            f"<!DOCTYPE html><html lang='vi'><head><base href='{{base}}{self.setup.folder}'><title>{self.office.name}{f' - Tin tức: {escape(title)}' if title else ''}</title><meta http-equiv='content-style-type' content='text/css'><link rel='alternate' type='application/rss+xml' title='{self.office.name} Tin tức' href='{feed}'><script src='/e107_files/e107.js'></script></head>"
            f"<body><div id='header'><a href='index.php'>{self.office.name}</a></div><div id='navigation'><ul class='sitelinks'><li class='link'><a href='index.php'>Trang chủ</a></li>{menu}<li class='link'><a href='contact.php'>Liên hệ</a></li><li class='link'><a href='submitnews.php'>Gửi tin</a></li></ul></div>"
            f"<table class='main'><tr><td class='content'>{body}</td><td class='menus'><div class='menu'><div class='caption'>Tin mới</div><ul class='otherlinks'>{recent}</ul></div><div class='menu'><div class='caption'>Đăng nhập</div><form method='post' action='news.php'><a href='signup.php'>Ghi danh</a> <a href='fpw.php'>Quên mật khẩu</a></form></div></td></tr></table></body></html>"
        )
