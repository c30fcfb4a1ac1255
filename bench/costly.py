"""What the costliest pages that anybody may ask for cost, in processor time of this process.

    python bench/costly.py --home FOLDER [--above 0]

FOLDER holds a store with its index; it is read, and nothing in it is changed but what the page keeps for itself. Each
address is asked for twice, by two clients: the second time shows what is remembered. Only those are shown that cost so
many milliseconds or more. Say beside the table how busy the machine was: processor time grows with it, too.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlencode

from flask.testing import FlaskClient

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from timthau.config import Settings
from webui import create_app

_SYLLABLES = "máy thuốc vật tư bệnh viện báo giá mua sắm gói thầu sửa chữa dịch vụ hóa chất xét nghiệm thiết bị".split()
_PAGES = ("/", "/search", "/stats", "/sources", "/guides", "/prices", "/new", "/saved", "/alerts/new", "/sitemap.xml")
_MACHINES = (
    "/metrics",
    "/readyz",
    "/healthz",
    "/feed.atom",
    "/calendar.ics",
    "/api/v1/changes?limit=1000",
    "/robots.txt",
)


def list_addresses() -> Iterator[tuple[str, str]]:
    """What is asked for: a name, and the address."""
    yield from ((path, path) for path in (*_PAGES, *_MACHINES))
    texts = {
        "one frequent word": "máy",
        "60 excluded words": "máy " + " ".join(f"-{word}{n}" for n in range(6) for word in _SYLLABLES[:10]),
        "60 excluded frequent words": "máy " + " ".join(f"-{word}" for word in _SYLLABLES * 3),
        "excluded words alone": " ".join(f"-{word}" for word in _SYLLABLES[:5]),
        "beginnings of words": " ".join(f"{letter}*" for letter in "abcdeghklmnopqrstuvxy"),
        "200 frequent words": " ".join(_SYLLABLES * 10),
        "200 alternatives": " OR ".join(f"{a} {b}" for a in _SYLLABLES for b in _SYLLABLES[:10]),
        "nested brackets": "(" * 60 + "máy OR thuốc" + ")" * 60,
        "a phrase of frequent words": '"' + " ".join(_SYLLABLES) + '"',
        "phrases": " ".join(f'"{a} {b}"' for a in _SYLLABLES[:8] for b in _SYLLABLES[:8]),
        "typed wrongly": "mayy thoo benhj vienn ddaa khoaa tinnh",
        "without accents": "may tho benh vien da khoa tinh vat tu",
        "a long wish": "tìm gói thầu máy thở còn hạn ở Hà Nội dưới 5 tỷ đăng tuần trước, không lấy sửa chữa " * 3,
        "signs": "*?\"'()[]{}~^:/\\|&!" * 10,
        "one word of 2,000 letters": "nghiêng" * 300,
        "2,000 letters of words": "a b c d e g h i k l " * 100,
    }
    for name, text in texts.items():
        for path in ("/search", "/api/v1/notices"):
            yield f"{path}: {name}", f"{path}?{urlencode({'q': text})}"
    for path in ("/alerts/new", "/stats", "/prices", "/api/v1/suggest", "/feed.atom", "/new"):
        for name in ("one frequent word", "60 excluded frequent words", "beginnings of words", "200 frequent words"):
            yield f"{path}: {name}", f"{path}?{urlencode({'q': texts[name]})}"
    for sort in ("relevance", "newest", "deadline"):
        yield f"/search: page 10,000 by {sort}", f"/search?q=m%C3%A1y&sort={sort}&page=10000"
        yield f"/search: page 50 by {sort}", f"/search?q=m%C3%A1y&sort={sort}&page=50"
        yield f"/api/v1/notices: 100 far out by {sort}", f"/api/v1/notices?q=m%C3%A1y&sort={sort}&limit=100&page=90"
    many = [("buyer", f"Bệnh viện {n}") for n in range(300)] + [("province", f"Tỉnh {n}") for n in range(300)]
    yield "/search: facets of 600 values", f"/search?{urlencode([('q', 'máy'), *many])}"
    yield (
        "/search: each kind and status",
        "/search?q=m%C3%A1y&open=1&kind=award&kind=plan&from=2000-01-01&to=2099-01-01",
    )
    yield "/search: amounts", "/search?q=m%C3%A1y&min_amount=1&max_amount=99999999999999"
    for name in ("csv", "jsonl", "xlsx"):
        yield f"/search.{name}: one frequent word", f"/search.{name}?q={quote('máy')}"
    yield "/calendar.ics: one frequent word", f"/calendar.ics?q={quote('máy')}"
    yield "/api/v1/changes: the last of all", "/api/v1/changes?since=99000&limit=1000"
    yield "/api/v1/suppliers", f"/api/v1/suppliers?q={quote('công ty')}"
    yield "/api/v1/prices: one frequent word", f"/api/v1/prices?q={quote('máy')}"
    yield "/compare: 4", "/compare?" + "&".join(f"id={n}" for n in range(60))


def measure(client: FlaskClient, address: str, number: int) -> tuple[float, int, int]:
    """Milliseconds of processor time of an answer, its status, and its bytes."""
    begun = time.process_time()
    answer = client.get(address, headers={"X-Forwarded-For": str(ip_address(0x0A000000 + number * 257))})
    size = len(answer.get_data())
    return (time.process_time() - begun) * 1000, answer.status_code, size


def main() -> None:
    """Ask and print the table, the costliest first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", required=True)
    parser.add_argument("--above", type=float, default=0.0)
    options = parser.parse_args()
    settings = Settings.load(dict(os.environ) | {"TIMTHAU_HOME": options.home})
    client = create_app(replace(settings, trusted_proxies=1)).test_client()
    numbers = count()
    client.get("/search?q=a")  # what is loaded at the first request of all
    rows = []
    for name, address in list_addresses():
        cold, status, size = measure(client, address, next(numbers))
        warm, _, _ = measure(client, address, next(numbers))
        rows.append((cold, warm, status, size, name))
    print(f"{'address':58}{'status':>7}{'kB':>8}{'first ms':>10}{'again ms':>10}")
    for cold, warm, status, size, name in sorted(rows, reverse=True):
        if cold >= options.above:
            print(f"{name[:57]:58}{status:7}{size / 1000:8.0f}{cold:10.0f}{warm:10.0f}")
    shown = sorted(cold for cold, *_ in rows)
    print(
        f"{len(rows)} addresses: half of them below {shown[len(shown) // 2]:.0f} ms, the costliest {shown[-1]:.0f} ms"
    )


if __name__ == "__main__":
    main()
