"""Textpattern 4 with its default theme: sections, "older" instead of numbers, ?pg=2."""

# ruff: noqa: E501 - markup as the system writes it

from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qs

from tests.site.cms import File, Office, Post, slugify
from tests.site.loopback import Answer, Site


@dataclass(frozen=True)
class Setup:
    """`permlink` is section_title, id_title, year_month_day_title, or messy for /?id=12.

    `one_section` puts all articles into "articles", where categories tell them apart.
    """

    permlink: str = "section_title"
    one_section: bool = False
    home_posts: int = 8
    per_page: int = 10


class Textpattern(Site):
    """The office as Textpattern shows it."""

    def __init__(self, office: Office, setup: Setup) -> None:
        super().__init__(otherwise=self._serve)
        self.office, self.setup = office, setup
        self.sections = {slugify(name): name for name in office.categories}
        self.by_link = {self.link(post): post for post in office.posts}

    @property
    def addresses(self) -> dict[str, str]:
        """The posts' addresses by their keys."""
        return {post.key: self.url + self.link(post) for post in self.office.posts}

    def link(self, post: Post) -> str:
        section = "article" if self.setup.one_section else slugify(post.category)
        return {
            "section_title": f"/{section}/{post.slug}",
            "id_title": f"/{post.number}/{post.slug}",
            "year_month_day_title": f"/{post.at:%Y/%m/%d}/{post.slug}",
            "messy": f"/index.php?id={post.number}",
        }[self.setup.permlink]

    def _list_link(self, alias: str, page: int = 1) -> str:
        if self.setup.permlink == "messy":
            name = "c" if self.setup.one_section else "s"
            query = [f"{name}={alias}"] * bool(alias) + [f"pg={page}"] * (page > 1)
            return f"/index.php?{'&amp;'.join(query)}" if query else "/"
        path = f"/category/{alias}/" if self.setup.one_section else f"/{alias}/"
        return (path if alias else "/") + (f"?pg={page}" if page > 1 else "")

    def _serve(self, target: str) -> Answer | None:
        path, _, query = target.partition("?")
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        if path.startswith(("/file_download/", "/files/")):
            found = (f for post in self.office.posts for f in post.files if f.name == path.rpartition("/")[2])
            return next((f.answer(offered=path.startswith("/file_download/")) for f in found), None)
        if path in ("/rss/", "/atom/") or "rss" in asked or "atom" in asked:
            name = self.sections.get(asked.get("section", asked.get("category", "")))
            return self._feed([p for p in self.office.posts if name in (None, p.category)])
        if post := self.by_link.get(target) or self.by_link.get(path.rstrip("/")):
            return self._article(post)
        alias = asked.get("s") or asked.get("c") or path.strip("/").removeprefix("category/")
        page = int(asked.get("pg", "1"))
        if alias in ("", "index.php"):
            return self._list("", list(self.office.posts), page, self.setup.home_posts)
        if name := self.sections.get(alias):
            return self._list(alias, [p for p in self.office.posts if p.category == name], page, self.setup.per_page)
        return None

    def _feed(self, posts: list[Post]) -> Answer:
        rows = "".join(
            f'<item><title>{escape(p.title)}</title><description><![CDATA[<p>{p.excerpt}</p>]]></description><link>{{base}}{escape(self.link(p))}</link><pubDate>{p.at:%a, %d %b %Y %H:%M:%S} +0700</pubDate><dc:creator>Admin</dc:creator><guid isPermaLink="false">tag:bv.example,{p.at:%Y-%m-%d}:abc/{p.number}</guid></item>'
            for p in posts[:5]
        )
        return Answer(
            f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"><channel><generator>https://textpattern.com/?v=4.8.8</generator><title>{self.office.name}</title><link>{{base}}/</link>{rows}</channel></rss>',
            200,
            {"Content-Type": "application/rss+xml; charset=utf-8"},
        )

    def _list(self, alias: str, posts: list[Post], page: int, size: int) -> Answer:
        shown = posts[(page - 1) * size : page * size]
        rows = "".join(
            f'<article class="h-entry" itemscope itemtype="https://schema.org/Article"><h2 class="p-name" itemprop="headline"><a class="u-url" href="{escape(self.link(p))}" rel="bookmark">{escape(p.title)}</a></h2><p><time class="dt-published" itemprop="datePublished" datetime="{p.at:%Y-%m-%dT%H:%M:%S}+07:00">{p.at:%d %B %Y, %H:%M}</time></p><div class="p-summary"><p>{escape(p.excerpt)}</p></div></article>'
            for p in shown
        )
        last = -(-len(posts) // size)
        newer = (
            f'<a rel="prev" href="{self._list_link(alias, page - 1)}" title="Newer articles">Newer</a> '
            if page > 1
            else ""
        )
        older = (
            f'<a rel="next" href="{self._list_link(alias, page + 1)}" title="Older articles">Older</a>'
            if page < last
            else ""
        )
        pager = f'<nav class="paginator" aria-label="Page navigation">{newer}{older}</nav>'
        return self._page(f"<h1>{self.sections.get(alias, '')}</h1>{rows}{pager}", alias, self.sections.get(alias, ""))

    def _show(self, file: File) -> str:
        if file.style in ("block", "field"):
            return f'<a class="file-download" href="/file_download/12/{file.name}" title="Tải về {file.name}">{file.name}</a>'
        return f'<a href="/files/{file.name}">{file.name}</a>'

    def _article(self, post: Post) -> Answer:
        """Newer and older articles are linked as pages of a list are."""
        files = "".join(f"<p>{self._show(f)}</p>" for f in post.files if f.style == "field")
        alias = slugify(post.category)
        same = [other for other in self.office.posts if other.category == post.category]
        at = same.index(post)
        newer = "".join(
            f'<a rel="prev" href="{escape(self.link(p))}" title="{escape(p.title)}">Newer</a> '
            for p in same[max(0, at - 1) : at]
        )
        older = "".join(
            f'<a rel="next" href="{escape(self.link(p))}" title="{escape(p.title)}">Older</a>'
            for p in same[at + 1 : at + 2]
        )
        return self._page(
            f'<article class="h-entry" itemscope itemtype="https://schema.org/Article"><h1 class="p-name" itemprop="headline">{escape(post.title)}</h1><p><strong>Published</strong> <time class="dt-published" itemprop="datePublished" datetime="{post.at:%Y-%m-%dT%H:%M:%S}+07:00">{post.at:%d %B %Y, %H:%M}</time> <span class="p-author" itemprop="author">by <a href="/author/Admin" rel="author">Admin</a></span></p><div class="e-content" itemprop="articleBody">{post.body(self._show)}{files}</div><p><strong>Categories</strong> <a rel="category" href="{self._list_link(alias)}">{post.category}</a></p></article><nav class="paginator" aria-label="Article navigation">{newer}{older}</nav>',
            alias,
            post.title,
        )

    def _page(self, body: str, alias: str, title: str) -> Answer:
        menu = "".join(
            f'<li><a href="{self._list_link(other)}">{name}</a></li>' for other, name in self.sections.items()
        )
        recent = "".join(
            f'<li><a href="{escape(self.link(p))}">{escape(p.title)}</a></li>' for p in self.office.posts[:5]
        )
        place = f"?section={alias}&amp;category=" if alias else ""
        feeds = "".join(
            f'<link rel="alternate" type="application/{kind}+xml" title="{kind} feed" href="/{kind}/{place}" />'
            for kind in ("rss", "atom")
        )
        return Answer(
            f'<!DOCTYPE html><html lang="vi" dir="ltr"><head><meta charset="utf-8"><title>{escape(title) + " | " if title else ""}{self.office.name}</title><meta name="generator" content="Textpattern CMS">{feeds}<link rel="home" href="/"></head>'
            f'<body class="article-list" itemscope itemtype="https://schema.org/WebPage"><a class="a11y-skip-link a11y-hidden" href="#main">Skip to content</a><header class="site-header"><h1><a rel="home" href="/" itemprop="url">{self.office.name}</a></h1></header><nav class="site-navigation" aria-label="Site navigation"><ul class="section_list"><li><a rel="home" href="/">Home</a></li>{menu}</ul></nav>'
            f'<main id="main" aria-label="Main content">{body}</main><aside class="complementary-content"><form class="search-form" method="get" action="/" role="search"><input name="q" type="search"></form><h4>Bài mới</h4><ul class="recent_articles">{recent}</ul><p><a class="feed-rss" rel="alternate" href="/rss/{place}" title="RSS feed">RSS</a> / <a class="feed-atom" rel="alternate" href="/atom/{place}" title="Atom feed">Atom</a></p></aside><footer class="site-footer"><p><small>Published with <a rel="external" href="https://textpattern.com">Textpattern CMS</a>.</small></p></footer></body></html>'
        )
