"""Joomla 3 and 5 with their default templates, in the ways that offices set them up."""

# ruff: noqa: E501 - markup as the system writes it

from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qs

from tests.site.cms import File, Office, Post, slugify
from tests.site.loopback import Answer, Site

_MONTHS = ("Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười một", "Mười hai")


@dataclass(frozen=True)
class Setup:
    """`index` is "/index.php" where addresses are not rewritten; `ids` numbers them; `suffix` is ".html" or nothing.

    `view` lays out the lists: blog or table. `flat` puts all posts below one menu entry of mixed news. `nested` lists
    the categories as children of one menu entry. `dated` is False where articles do not say when they were published,
    `friendly` where addresses are nothing but parameters.
    """

    version: int = 3
    index: str = ""
    ids: bool = True
    suffix: str = ".html"
    view: str = "blog"
    flat: bool = False
    nested: bool = False
    dated: bool = True
    friendly: bool = True
    per_page: int = 10


class Joomla(Site):
    """The office as Joomla shows it."""

    def __init__(self, office: Office, setup: Setup) -> None:
        super().__init__(otherwise=self._serve)
        self.office, self.setup = office, setup
        self.names = ("Tin tức - Thông báo",) if setup.flat else office.categories
        self.aliases = {slugify(name): name for name in self.names}
        self.by_path = {self.link(post): post for post in office.posts}

    @property
    def addresses(self) -> dict[str, str]:
        """The posts' addresses by their keys."""
        return {post.key: self.url + self.link(post) for post in self.office.posts}

    def link(self, post: Post) -> str:
        if not self.setup.friendly:
            return f"/index.php?option=com_content&view=article&id={post.number}:{post.slug}&catid=8&Itemid=101"
        number = f"{post.number}-" if self.setup.ids else ""
        return f"{self._list_path(self._alias(post))}/{number}{post.slug}{self.setup.suffix}"

    def _alias(self, post: Post) -> str:
        return next(alias for alias, name in self.aliases.items() if self.setup.flat or name == post.category)

    def _list_path(self, alias: str) -> str:
        number = 8 + list(self.aliases).index(alias)
        below = f"/thong-bao/{number}-{alias}" if self.setup.nested and self.setup.ids else f"/thong-bao/{alias}"
        return f"{self.setup.index}{below if self.setup.nested else f'/{alias}'}"

    def _list_link(self, alias: str) -> str:
        if not self.setup.friendly:
            return f"/index.php?option=com_content&view=category&id={8 + list(self.aliases).index(alias)}&Itemid=101"
        return self._list_path(alias) + self.setup.suffix

    def _serve(self, target: str) -> Answer | None:  # noqa: PLR0911 - one return for each kind of address
        path, _, query = target.partition("?")
        asked = parse_qs(query)
        if path in ("/", "/index.php") and "view" not in asked:
            return self._page(self._home(), "com-content view-featured")
        if "view" in asked:
            number = int(asked.get("id", ["0"])[0].partition(":")[0])
            if asked["view"] == ["category"]:
                return self._list(list(self.aliases)[number - 8], int(asked.get("limitstart", ["0"])[0]))
            post = next((p for p in self.office.posts if p.number == number), None)
            return self._article(post) if post else None
        if path.startswith(("/images/", "/thu-vien/")) or "download" in asked:
            name = asked["download"][0].partition(":")[2] if "download" in asked else path.rpartition("/")[2]
            found = (f for post in self.office.posts for f in post.files if f.name == name)
            return next((f.answer(offered="download" in asked) for f in found), None)
        if asked.get("format") == ["feed"]:
            return self._feed()
        if post := self.by_path.get(path):
            return self._article(post)
        if path == f"{self.setup.index}/thong-bao{self.setup.suffix}" and self.setup.nested:
            children = "".join(
                f'<div class="first"><h3 class="page-header item-title"><a href="{self._list_link(a)}">{n}</a></h3></div>'
                for a, n in self.aliases.items()
            )
            return self._page(
                f'<div class="categories-list"><h1>Thông báo</h1>{children}</div>', "com_content view-categories"
            )
        alias = next((a for a in self.aliases if path == self._list_link(a)), None)
        return self._list(alias, int(asked.get("start", ["0"])[0])) if alias else None

    def _posts(self, alias: str) -> list[Post]:
        return [post for post in self.office.posts if self.setup.flat or post.category == self.aliases[alias]]

    def _feed(self) -> Answer:
        rows = "".join(
            f"<item><title>{escape(p.title)}</title><link>{{base}}{self.link(p)}</link><pubDate>{p.at:%a, %d %b %Y %H:%M:%S} +0700</pubDate></item>"
            for p in self.office.posts[:10]
        )
        return Answer(
            f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{rows}</channel></rss>',
            200,
            {"Content-Type": "application/rss+xml; charset=utf-8"},
        )

    def _list(self, alias: str, start: int) -> Answer:
        posts, size = self._posts(alias), self.setup.per_page
        shown = posts[start : start + size]
        rows = self._blog(shown) if self.setup.view == "blog" else self._table(shown)
        link = self._list_link(alias)
        start_at = "?start=" if self.setup.friendly else "&limitstart="
        links = [(s // size + 1, link + (f"{start_at}{s}" if s else "")) for s in range(0, len(posts), size)]
        if self.setup.version == 3:
            pages = "".join(
                f'<li><a title="{n}" href="{url}" class="pagenav">{n}</a></li>'
                if (n - 1) * size != start
                else f'<li><span class="pagenav">{n}</span></li>'
                for n, url in links
            )
            pager = f'<div class="pagination"><p class="counter pull-right"> Trang {start // size + 1} / {len(links)} </p><ul>{pages}<li class="pagination-next"><a title="Tiếp tục" href="{link}{start_at}{start + size}" class="hasTooltip pagenav">Tiếp tục</a></li></ul></div>'
        else:
            pages = "".join(
                f'<li class="page-item"><a aria-label="Đi tới trang {n}" href="{url}" class="page-link">{n}</a></li>'
                for n, url in links
            )
            pager = f'<div class="com-content-category-blog__navigation w-100"><nav class="pagination__wrapper" aria-label="Phân trang"><ul class="pagination ms-0 mb-4">{pages}</ul></nav></div>'
        empty = "" if shown else "<p>Không có bài viết nào trong danh mục này.</p>"
        kind = "blog" if self.setup.view == "blog" else "category-list"
        return self._page(
            f'<div class="{kind}" itemscope itemtype="https://schema.org/Blog"><h2>{self.aliases[alias]}</h2>{rows}{empty}{pager}</div>',
            "com_content view-category layout-blog",
            feed=f"{link}?format=feed&amp;type=rss",
        )

    def _blog(self, posts: list[Post]) -> str:
        rows = ""
        for p in posts:
            rows += (
                f'<div class="items-row cols-1 row-0"><div class="item column-1 span12" itemprop="blogPost" itemscope itemtype="https://schema.org/BlogPosting"><div class="page-header"><h2 itemprop="name"><a href="{self.link(p)}" itemprop="url">{escape(p.title)}</a></h2></div>'
                f'{self._info(p)}<p>{escape(p.excerpt)}</p><p class="readmore"><a class="btn" href="{self.link(p)}" itemprop="url" aria-label="Xem thêm: {escape(p.title)}"><span class="icon-chevron-right"></span>Xem thêm ...</a></p></div></div>'
            )
        return rows

    def _table(self, posts: list[Post]) -> str:
        rows = "".join(
            f'<tr class="cat-list-row{i % 2}"><td headers="categorylist_header_title" class="list-title"><a href="{self.link(p)}">{escape(p.title)}</a></td>'
            f'<td headers="categorylist_header_date" class="list-date small">{p.at.day} Tháng {_MONTHS[p.at.month - 1]} {p.at.year}</td><td class="list-author">Viết bởi Administrator</td><td class="list-hits"><span class="badge badge-info">Lượt xem: {p.number * 3}</span></td></tr>'
            for i, p in enumerate(posts)
        )
        return f'<form action="#" method="post" name="adminForm" id="adminForm" class="form-inline"><table class="category table table-striped"><thead><tr><th id="categorylist_header_title">Tiêu đề</th><th>Ngày xuất bản</th><th>Tác giả</th><th>Lượt xem</th></tr></thead><tbody>{rows}</tbody></table></form>'

    def _info(self, post: Post) -> str:
        alias = self._alias(post)
        when = (
            f'<dd class="published"><span class="icon-calendar" aria-hidden="true"></span><time datetime="{post.at:%Y-%m-%dT%H:%M:%S}+07:00" itemprop="datePublished">Đã đăng: {post.at.day} Tháng {_MONTHS[post.at.month - 1]} {post.at.year}</time></dd>'
            if self.setup.dated
            else ""
        )
        return (
            f'<dl class="article-info muted"><dt class="article-info-term">Chi tiết</dt><dd class="createdby" itemprop="author" itemscope itemtype="https://schema.org/Person">Viết bởi <span itemprop="name">Administrator</span></dd>'
            f'<dd class="category-name">Danh mục: <a href="{self._list_link(alias)}" itemprop="genre">{self.aliases[alias]}</a></dd>{when}<dd class="hits"><meta itemprop="interactionCount" content="UserPageVisits:{post.number}">Lượt xem: {post.number}</dd></dl>'
        )

    def _show(self, file: File) -> str:
        if file.style == "embed":
            viewer = (
                "https://docs.google.com/viewer?url={base}"
                if self.setup.version == 3
                else "/plugins/content/pdf_embed/assets/viewer/pdfjs/web/viewer.html?file="
            )
            return f'<iframe src="{viewer}/images/vanban/{file.name}" width="100%" height="600"></iframe>'
        if file.style == "block":
            return f'<div class="pd-filebox"><div class="pd-filename"><a href="/thu-vien/category/3-vb?download=12:{file.name}">{file.name}</a></div><div class="pd-button-download"><a class="btn btn-success" href="/thu-vien/category/3-vb?download=12:{file.name}">Tải về</a></div></div>'
        return f'<a href="/images/vanban/{file.name}" target="_blank" rel="noopener">Tải về: {file.name}</a>'

    def _article(self, post: Post) -> Answer:
        fields = [file for file in post.files if file.style == "field"]
        links = "".join(
            f'<li class="content-links-{"abc"[i % 3]}"><a href="/images/vanban/{file.name}" target="_blank" rel="nofollow noopener noreferrer">{file.name}</a></li>'
            for i, file in enumerate(fields)
        )
        links = f'<div class="content-links"><ul class="nav nav-tabs nav-stacked">{links}</ul></div>' if links else ""
        twin = f"/index.php?option=com_content&amp;view=article&amp;id={post.number}:{post.slug}&amp;catid=8&amp;Itemid=101"
        same = [other for other in self.office.posts if self._alias(other) == self._alias(post)]
        beside = [same[i] for i in (same.index(post) - 1, same.index(post) + 1) if 0 <= i < len(same)]
        if self.setup.version == 3:
            pager = "".join(
                f'<li class="{way}"><a class="hasTooltip" title="{escape(other.title)}" aria-label="Bài viết: {escape(other.title)}" href="{self.link(other)}" rel="{way}">{word}</a></li>'
                for other, way, word in zip(beside, ("prev", "next"), ("Trang trước", "Trang sau"), strict=False)
            )
            mark, scope, body = (
                "item-page",
                ' itemscope itemtype="https://schema.org/Article"',
                ' itemprop="articleBody"',
            )
            icons = f'<div class="icons"><ul class="dropdown-menu"><li class="print-icon"><a href="{twin}&amp;tmpl=component&amp;print=1&amp;layout=default&amp;page=" title="In bài viết &lt; {escape(post.title)} &gt;" rel="nofollow">In</a></li><li class="email-icon"><a href="/component/mailto/?tmpl=component&amp;template=protostar&amp;link=abc">Email</a></li></ul></div>'
            heading = f'<div class="page-header"><h2 itemprop="headline">{escape(post.title)}</h2></div>'
            pager = f'<ul class="pager pagenav">{pager}</ul>'
        else:
            pager = "".join(
                f'<a class="btn btn-sm btn-secondary {way}" href="{self.link(other)}" rel="{way}"><span class="visually-hidden">Bài viết: {escape(other.title)}</span><span aria-hidden="true">{word}</span></a>'
                for other, way, word in zip(beside, ("prev", "next"), ("Trước", "Tiếp"), strict=False)
            )
            mark, scope, body, icons = "com-content-article item-page", "", ' class="com-content-article__body"', ""
            heading = f'<div class="page-header"><h1>{escape(post.title)}</h1></div>'
            pager = f'<nav class="pagenavigation" aria-label="Điều hướng bài viết"><span class="pagination ms-0">{pager}</span></nav>'
        return self._page(
            f'<div class="{mark}"{scope}><meta itemprop="inLanguage" content="vi-VN">{heading}{icons}{self._info(post)}<div{body}>{post.body(self._show)}{self._mail()}</div>{links}{pager}</div>',
            "com_content view-article no-layout",
            title=post.title,
        )

    def _mail(self) -> str:
        if self.setup.version == 3:
            return (
                "<p>Thư điện tử: <span id=\"cloak9a1\">Địa chỉ email này được bảo vệ từ spambot. Bạn cần bật JavaScript để xem nó.</span><script type=\"text/javascript\">document.getElementById('cloak9a1').innerHTML = ''; var prefix = '&#109;a' + 'i&#108;' + '&#116;o';"
                " var addy9a1 = 'v&#97;nth&#117;' + '&#64;'; addy9a1 = addy9a1 + 'bv' + '&#46;' + 'example';</script></p>"
            )
        return '<p>Thư điện tử: <joomla-hidden-mail is-link="1" is-email="1" first="dmFudGh1" last="YnYuZXhhbXBsZQ==" text="dmFudGh1QGJ2LmV4YW1wbGU=" base="">Địa chỉ email này được bảo vệ từ spambot.</joomla-hidden-mail></p>'

    def _home(self) -> str:
        """Featured articles; where addresses have no numbers, the system falls back on parameters here."""
        featured = self._blog(list(self.office.posts[:5]))
        for post in self.office.posts[:5]:
            if not self.setup.ids:
                featured = featured.replace(
                    f'"{self.link(post)}"', f'"/?view=article&amp;id={post.number}:{post.slug}&amp;catid=8"'
                )
        return f'<div class="blog-featured" itemscope itemtype="https://schema.org/Blog">{featured}</div>'

    def _page(self, body: str, classes: str, *, title: str = "", feed: str = "") -> Answer:
        entries = (
            [("/thong-bao" + self.setup.suffix, "Thông báo")]
            if self.setup.nested
            else [(self._list_link(a).removeprefix(self.setup.index), n) for a, n in self.aliases.items()]
        )
        menu = "".join(
            f'<li class="item-{i}"><a href="{self.setup.index}{link}">{name}</a></li>'
            for i, (link, name) in enumerate(entries, 101)
        )
        side = "".join(
            f'<li itemscope itemtype="https://schema.org/Article"><a href="{self.link(p)}" itemprop="url"><span itemprop="name">{escape(p.title)}</span></a></li>'
            for p in self.office.posts[:5]
        )
        alternate = f'<link href="{feed}" rel="alternate" type="application/rss+xml" title="RSS 2.0">' if feed else ""
        scripts = (
            '<script src="/media/jui/js/jquery.min.js"></script>'
            if self.setup.version == 3
            else '<script type="application/json" class="joomla-script-options new">{"csrf.token":"a"}</script><script src="/media/system/js/core.min.js" defer></script>'
        )
        return Answer(
            f'<!DOCTYPE html><html lang="vi-vn"><head><base href="{{base}}/"><title>{escape(title) or self.office.name}</title><meta name="generator" content="Joomla! - Open Source Content Management">{alternate}{scripts}</head>'
            f'<body class="site {classes} no-task itemid-101"><div class="body"><header class="header" role="banner"><a class="brand pull-left" href="/"><span class="site-title" title="{self.office.name}">{self.office.name}</span></a></header><nav class="navigation" role="navigation"><ul class="nav menu nav-pills mod-list"><li class="item-100 default"><a href="{self.setup.index or ""}/">Trang chủ</a></li>{menu}<li><a href="{self.setup.index}/lien-he{self.setup.suffix}">Liên hệ</a></li></ul></nav>'
            f'<div class="row-fluid"><main id="content" role="main" class="span9">{body}</main><div id="aside" class="span3"><div class="well"><h3 class="page-header">Bài viết mới</h3><ul class="latestnews mod-list">{side}</ul></div><div class="well"><h3>Đăng nhập</h3><form action="/index.php" method="post" id="login-form"><a href="/component/users/?view=remind">Quên tên đăng nhập?</a></form></div></div></div>'
            f'<footer class="footer" role="contentinfo"><p>&copy; 2026 {self.office.name}</p></footer></div></body></html>'
        )
