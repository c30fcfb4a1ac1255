"""A small Joomla 3 as it behaves over HTTP: menus with and without index.php, tables, paging by first entry."""

# ruff: noqa: E501 - markup as the system writes it

from datetime import datetime, timedelta
from urllib.parse import parse_qs

from tests.site.loopback import Answer, Site
from timthau.model.moment import HANOI

_PER_PAGE = 10
_MENUS = {"moi-chao-gia": ("Mời chào giá", 8), "thong-bao": ("Thông báo", 9), "gioi-thieu": ("Giới thiệu", 10)}
_FIRST_DAY = datetime(2026, 11, 18, 8, 30, tzinfo=HANOI)
_MAIL = (
    '<span id="cloak1">Địa chỉ email này đã được bảo vệ từ spam bots.</span><script type="text/javascript">'
    "var prefix = '&#109;a' + 'i&#108;' + '&#116;o'; var addy1 = 'muasam' + '&#64;'; addy1 = addy1 + 'bvlaunui' + '&#46;' + 'example';"
    "</script>"
)


class Joomla(Site):
    """24 requests for quotation under one menu, 8 mixed announcements under another."""

    def __init__(self) -> None:
        super().__init__(otherwise=self._serve)
        self.articles = {number: self._make(number) for number in range(132, 100, -1)}

    def notices(self) -> dict[str, str]:
        """The titles of the notices by their paths."""
        return {
            self.path(n): title for n, (menu, title, _) in self.articles.items() if menu == "moi-chao-gia" or n % 4 == 0
        }

    def path(self, number: int, *, prefix: str = "") -> str:
        menu, title, _ = self.articles[number]
        return f"{prefix}/{menu}/{number}-{'moi-chao-gia' if 'chào giá' in title else 'thong-bao'}-so-{number}.html"

    def _make(self, number: int) -> tuple[str, str, datetime]:
        at = _FIRST_DAY - timedelta(days=132 - number)
        if number >= 109:
            return "moi-chao-gia", f"Thư mời chào giá cung cấp vật tư số {number}", at
        if number % 4 == 0:
            return "thong-bao", f"Thông báo mời chào giá sửa chữa thang máy số {number}", at
        return "thong-bao", f"Thông báo lịch nghỉ lễ và phân công trực đợt {number}", at

    def _serve(self, target: str) -> Answer | None:
        path, _, query = target.partition("?")
        asked = parse_qs(query)
        if path.startswith("/index.php"):
            path = path.removeprefix("/index.php") or "/"
        if asked.get("view") == ["article"]:
            number = int(asked["id"][0].partition(":")[0])
            return self._article(number) if number in self.articles else None
        if path == "/":
            return self._page(
                "<div class='blog-featured'><p>Chào mừng quý khách</p></div>", "com_content view-featured"
            )
        menu, _, rest = path.strip("/").partition("/")
        menu = menu.removesuffix(".html")
        if menu not in _MENUS:
            return None
        if not rest:
            return self._list(menu, int(asked.get("start", ["0"])[0]))
        number = int(rest.partition("-")[0])
        return self._article(number) if number in self.articles and path == self.path(number) else None

    def _list(self, menu: str, start: int) -> Answer:
        numbers = [n for n, (m, _, _) in self.articles.items() if m == menu]
        rows = "".join(
            f'<tr class="cat-list-row{i % 2}"><td headers="categorylist_header_title" class="list-title">'
            f'<a href="{self.path(n, prefix="/index.php" if n % 2 else "")}">{self.articles[n][1]}</a></td>'
            f'<td class="list-date small">{self.articles[n][2]:%d/%m/%Y}</td></tr>'
            for i, n in enumerate(numbers[start : start + _PER_PAGE])
        )
        pages = "".join(
            f'<li><a class="pagenav" href="/{menu}.html{f"?start={s}" if s else ""}">{s // _PER_PAGE + 1}</a></li>'
            for s in range(0, len(numbers), _PER_PAGE)
            if s != start
        )
        return self._page(
            f'<div class="category-list"><h1>{_MENUS[menu][0]}</h1><table class="category">{rows}</table>'
            f'<div class="pagination"><ul>{pages}</ul></div></div>',
            "com_content view-category",
        )

    def _article(self, number: int) -> Answer:
        menu, title, at = self.articles[number]
        is_notice = "chào giá" in title
        body = (
            "<p>Bệnh viện Đa khoa Lau Núi kính mời các đơn vị có đủ năng lực gửi báo giá theo nội dung sau.</p>"
            f"<p>Thời hạn nhận báo giá: trước 16h00 ngày {at + timedelta(days=9):%d/%m/%Y}.</p><p>Email: {_MAIL}</p>"
            if is_notice
            else "<p>Phòng Tổ chức cán bộ thông báo lịch nghỉ và phân công trực của các khoa, phòng.</p>"
        )
        twin = f"/index.php?option=com_content&amp;view=article&amp;id={number}:x&amp;catid={_MENUS[menu][1]}"
        return self._page(
            f'<div class="item-page" itemscope itemtype="https://schema.org/Article"><div class="page-header">'
            f'<h2 itemprop="headline">{title}</h2></div><dl class="article-info muted"><dd class="category-name">Danh mục: '
            f'<a href="/{menu}.html" itemprop="genre">{_MENUS[menu][0]}</a></dd><dd class="published">'
            f'<time datetime="{at:%Y-%m-%dT%H:%M:%S}+07:00" itemprop="datePublished">Được đăng: {at:%d Tháng %m %Y}</time></dd></dl>'
            f'<div class="icons"><a href="{twin}&amp;tmpl=component&amp;print=1" title="In">In</a></div>'
            f'<div itemprop="articleBody">{body}</div></div>',
            "com_content view-article",
        )

    def _page(self, body: str, classes: str) -> Answer:
        menu = "".join(f'<li><a href="/{alias}.html">{name}</a></li>' for alias, (name, _) in _MENUS.items())
        newest = list(self.articles)[:4]
        side = "".join(
            f'<li><a href="{self.path(n)}" itemprop="url"><span>{self.articles[n][1]}</span></a></li>' for n in newest
        )
        return Answer(
            f'<!DOCTYPE html><html><head><base href="{{base}}/"><title>Bệnh viện Đa khoa Lau Núi</title>'
            f'<meta name="generator" content="Joomla! - Open Source Content Management"></head><body class="site {classes}">'
            f'<ul class="nav menu"><li><a href="/">Trang chủ</a></li>{menu}</ul><main>{body}</main>'
            f'<div id="aside"><ul class="latestnews">{side}</ul></div></body></html>'
        )
