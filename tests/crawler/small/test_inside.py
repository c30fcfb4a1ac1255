"""Whatever a site points to: a crawl asks for nothing on other machines, those inside among them."""

from pathlib import Path

from tests.site.loopback import Answer, Site, article, listing, serve, title
from tests.site.small_site import MENU, SmallSite, crawl_sites, entries, notices_at, typed

_FORMS = (
    *(
        "127.0.0.1",
        "localhost",
        "0.0.0.0",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.000.000.001",
        "127.0.0.1.",
    ),
    *("[::ffff:7f00:1]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]", "[64:ff9b::7f00:1]", "[::1%25lo]"),
    *(
        "127。0。0。1",
        "①②⑦.0.0.1",
        "１２７.0.0.1",
        "LOCALHOST.",
        "a.localhost",
        "bv.example@127.0.0.1",
        "bv:80@127.0.0.1",
    ),
)
_REFRESH = "<meta http-equiv='refresh' content='0;url={}/refresh'>"
_FEED = "<?xml version='1.0'?><rss><channel><item><title>Yêu cầu báo giá</title>{}</item></channel></rss>"
_SITEMAP = "<?xml version='1.0'?><urlset>{}</urlset>"


def _point(address: str) -> str:
    """All that may lead on from a page."""
    return "".join(
        kind.replace("@", address)
        for kind in (
            "<link rel='canonical' href='@/canonical'><link rel='next' href='@/next'><link rel='amphtml' href='@/amp'>",
            "<link rel='alternate' type='application/rss+xml' href='@/feed'>",
            "<link rel='https://api.w.org/' href='@/wp-json/'><link rel='sitemap' href='@/sitemap'>",
            "<iframe src='@/frame'></iframe><frame src='@/frame2'><embed src='@/embed.pdf'>",
            "<img src='@/scan.png'><a href='@/thu-moi.pdf'>Thư mời báo giá</a><a href='@/bao-gia/'>Yêu cầu báo giá</a>",
            "<form action='@/form'><input name='q'></form><a onclick=\"location='@/click'\">Báo giá</a>",
            '<script type=\'application/ld+json\'>{"url": "@/ld", "contentUrl": "@/ld.pdf"}</script>',
        )
    )


def _leading(inside: str) -> SmallSite:
    """A site of three notices with pointers to an address inside wherever one may stand."""
    port = inside.rpartition(":")[2]
    addresses = [f"http://{form}:{port}" for form in _FORMS]
    addresses += [
        f"{begin}127.0.0.1:{port}" for begin in ("//", "\\\\", "http:\\\\", "http:///", "hTTp://", " http://")
    ]
    points = "".join(map(_point, addresses))
    redirects = {f"/{number}.html": address for number, address in enumerate(addresses)}
    links = [*entries("/bg/{}.html", range(3)), *((path, f"Yêu cầu báo giá {path}") for path in redirects)]
    named = "".join(f"Sitemap: {address}/sitemap.xml\n" for address in addresses)
    items = "".join(f"<link>{address}/item</link><enclosure url='{address}/item.pdf'/>" for address in addresses)
    places = "".join(f"<url><loc>{address}/bao-gia/tin.html</loc></url>" for address in addresses)
    pages = notices_at("/bg/{}.html", 3)
    return SmallSite(
        pages={
            **pages,
            **{path: Answer("", 302, {"Location": f"{address}/moved"}) for path, address in redirects.items()},
            "/robots.txt": typed(f"User-agent: *\nDisallow:\nSitemap: {{base}}/sitemap.xml\n{named}", "text/plain"),
            "/sitemap.xml": typed(_SITEMAP.format(places), "text/xml"),
            "/feed": typed(_FEED.format(items), "text/xml"),
            "/": listing(menu=(*MENU, ("/feed", "RSS")), more=points),
            "/bao-gia/": listing(*links, menu=MENU, more=points),
            "/bg/0.html": article(
                title(0), extra=f"<base href='{addresses[0]}/base/'>{_REFRESH.format(addresses[0])}{points}"
            ),
        },
    )


def test_a_site_that_points_inside_wherever_it_can_leads_nowhere(tmp_path: Path) -> None:
    inside = Site(otherwise=lambda _: article("Yêu cầu báo giá bí mật"))
    with serve(inside) as address:
        crawled = crawl_sites({"bv": _leading(address)}, tmp_path, runs=1)["bv"]
    assert inside.requests == []
    assert crawled.reports[0].new >= 2
    assert not [known for known in crawled.titles if "bí mật" in known]
