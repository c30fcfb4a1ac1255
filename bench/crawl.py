"""How fast the crawler reads: pages a second on a loopback site, beside a bare Scrapy spider that keeps nothing.

    .venv/bin/python bench/crawl.py [--pages 300] [--rounds 3] [--python PYTHON]

Both follow the same links of the same site, eight requests at a time, without delay, robots.txt obeyed, the bare spider
with Scrapy's own settings for the rest; each in a process of its own, and the site in another. OCR plays no part: there
are no scans. Other work on the machine slows the crawl more than the bare spider, as it has more processes to share. At
the end stands what a page takes from bytes to article, beside trafilatura where PYTHON has it (see bench/extract.py).
"""

import argparse
import asyncio
import multiprocessing
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import scrapy
from extract import measure_pages, measure_peer  # the bench beside this one
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Response
from scrapy.settings import Settings as ScrapySettings

from crawler.process.run import crawl
from timthau.config import Settings

_PER_LIST = 20
_ROWS = 25
_READINGS = 50  # of one page


class BareSpider(scrapy.Spider):
    """Follows every link of the site once and keeps nothing."""

    name = "bare"

    def __init__(self, *, url: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start_urls = [url]

    def parse(self, response: Response) -> Iterator[scrapy.Request]:
        yield from response.follow_all(css="a::attr(href)", callback=self.parse)


def build_site(count: int) -> dict[str, bytes]:
    """The pages of a site by their paths: a home page, lists, and as many notices as wanted, of some 15 kB each."""
    menu = '<nav><a href="/">Trang chủ</a><a href="/bao-gia/">Yêu cầu báo giá</a></nav>'
    lists = range(1, -(-count // _PER_LIST) + 1)
    pages = {"/": f"<html><body>{menu}<main><p>Chào mừng</p></main></body></html>"}
    for number in lists:
        shown = range((number - 1) * _PER_LIST, min(number * _PER_LIST, count))
        rows = "".join(f'<li><a href="/bao-gia/{n}.html">{_title(n)}</a> <span>19/11/2026</span></li>' for n in shown)
        pager = f'<a href="/bao-gia/?page={number + 1}">{number + 1}</a>' if number < len(lists) else ""
        path = f"/bao-gia/?page={number}" if number > 1 else "/bao-gia/"
        pages[path] = f"<html><body>{menu}<main><ul>{rows}</ul><div class='pager'>{pager}</div></main></body></html>"
    pages |= {f"/bao-gia/{n}.html": _notice(n, menu) for n in range(count)}
    return {path: text.encode() for path, text in pages.items()}


def _title(number: int) -> str:
    return f"Yêu cầu báo giá mua vật tư y tế tiêu hao đợt {number}"


def _notice(number: int, menu: str) -> str:
    rows = "".join(
        f"<tr><td>{n}</td><td>Vật tư loại {n}</td><td>Tiệt trùng, dùng một lần, quy cách đóng gói hộp {n} cái; có giấy "
        f"chứng nhận lưu hành còn hiệu lực tại thời điểm báo giá</td><td>Hộp</td><td>{n * 10}</td></tr>"
        for n in range(1, _ROWS + 1)
    )
    head = "<tr><th>STT</th><th>Tên hàng hóa</th><th>Yêu cầu kỹ thuật</th><th>ĐVT</th><th>Số lượng</th></tr>"
    side = "".join(f'<li><a href="/bao-gia/{n}.html">{_title(n)}</a></li>' for n in range(10))
    filler = "".join(f'<div class="block"><p class="text">Khoa số {n}: khám và điều trị.</p></div>' for n in range(90))
    return (
        f"<html><head><title>{_title(number)}</title></head><body>{menu}<main><article><h1>{_title(number)}</h1>"
        f"<p>Ngày đăng: 19/11/2026</p><p>Bệnh viện Đa khoa Thử Nghiệm có nhu cầu tiếp nhận báo giá để xây dựng giá gói "
        f"thầu. Kính mời các đơn vị quan tâm gửi báo giá với danh mục như sau.</p><table>{head}{rows}</table>"
        f"<p>Thời hạn tiếp nhận báo giá: trước 17h ngày 30 tháng 11 năm 2026.</p></article></main>"
        f"<aside><ul>{side}</ul></aside><footer>{filler}</footer></body></html>"
    )


def _serve(pages: dict[str, bytes], sender: Connection) -> None:
    """The site, as cheap as can be: it shares the processors with those whom it is to measure."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
    answers = {path.encode(): head % len(body) + body for path, body in pages.items()}
    missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):  # the visitor has left
            while request := await reader.readuntil(b"\r\n\r\n"):
                writer.write(answers.get(request.split(b" ", 2)[1], missing))
                await writer.drain()
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        sender.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


@contextmanager
def serving(pages: dict[str, bytes]) -> Iterator[str]:
    """Serve pages from another process; the site's address."""
    processes = multiprocessing.get_context("spawn")
    receiver, sender = processes.Pipe(duplex=False)
    process = processes.Process(target=_serve, args=(pages, sender), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{receiver.recv()}/"
    finally:
        process.terminate()
        process.join()


def _run_bare(url: str, home: Path, sender: Connection) -> None:
    settings = ScrapySettings({"CONCURRENT_REQUESTS_PER_DOMAIN": 8, "DOWNLOAD_DELAY": 0, "ROBOTSTXT_OBEY": True})
    settings.setdict({"LOG_FILE": str(home / "bare.log"), "LOG_LEVEL": "INFO", "TELNETCONSOLE_ENABLED": False})
    crawler = Crawler(BareSpider, settings)
    process = AsyncCrawlerProcess(settings)
    process.crawl(crawler, url=url)
    process.start()
    assert crawler.stats is not None
    sender.send([crawler.stats.get_value(name) for name in ("response_received_count", "elapsed_time_seconds")])


def measure_bare(url: str, home: Path) -> tuple[int, float]:
    """Answers and seconds of the bare spider."""
    processes = multiprocessing.get_context("spawn")
    receiver, sender = processes.Pipe(duplex=False)
    process = processes.Process(target=_run_bare, args=(url, home, sender))
    process.start()
    sender.close()
    answers, seconds = receiver.recv()
    process.join()
    return answers, seconds


def measure_ours(url: str, home: Path) -> tuple[int, float]:
    """Answers and seconds of a first crawl into an empty store."""
    settings = Settings.load({"TIMTHAU_HOME": str(home)})
    (report,) = crawl([url], settings=settings, delay=0)
    if report.status != "ok":
        raise SystemExit(report.message)
    return report.requests, report.seconds


def print_reading(page: Path, python: str | None) -> None:
    """What one page takes to be read, ours and trafilatura's."""
    spent = {"TimThau": measure_pages([page], _READINGS)[0]}
    if python:
        spent["trafilatura"] = measure_peer(python, [page], _READINGS)[0]
    print("a page, from bytes to article: " + ", ".join(f"{name} {time:.1f} ms" for name, time in spent.items()))


def main() -> None:
    """Print a table of both, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--python", help="a Python with trafilatura and lxml_html_clean")
    options = parser.parse_args()
    speeds: dict[str, list[float]] = {"bare Scrapy": [], "TimThau": []}
    site = build_site(options.pages)
    with serving(site) as url, tempfile.TemporaryDirectory() as folder:
        for number in range(options.rounds):
            for name, measure in {"bare Scrapy": measure_bare, "TimThau": measure_ours}.items():
                home = Path(folder, f"{name.replace(' ', '-')}-{number}")
                home.mkdir()
                answers, seconds = partial(measure, url, home)()
                speeds[name].append(answers / seconds)
                print(
                    f"{name:<12} {answers:>6} answers  {seconds:7.2f} s  {answers / seconds:7.1f} pages/s", flush=True
                )
        page = Path(folder, "page.html")
        page.write_bytes(site["/bao-gia/0.html"])
        print_reading(page, options.python)
    best = {name: max(found) for name, found in speeds.items()}
    print(f"best of {options.rounds}: {best['TimThau'] / best['bare Scrapy']:.2f} of the bare spider's speed")


if __name__ == "__main__":
    main()
