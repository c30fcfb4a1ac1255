"""What a browser says of every page: largest contentful paint, layout shift, and kB that came over the wire.

    python bench/vitals.py ADDRESS [--runs 3] [--slow 4]

ADDRESS is that of a running server, such as http://127.0.0.1:8080. Each page is opened in a new browser (nothing kept)
on a desk and on a phone, whose processor is `--slow` times slower; medians of the runs.
"""

import argparse
import json
import sys
import urllib.request
from statistics import median
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
_SIZES = {"desk": (1280, 900), "phone": (360, 760)}
_WATCH = """
window.vitals = { paint: 0, shift: 0 };
const watch = (type, take) => {
  new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
};
watch("largest-contentful-paint", (one) => { vitals.paint = one.startTime; });
watch("layout-shift", (one) => { if (!one.hadRecentInput) vitals.shift += one.value; });
"""
_READ = """() => new Promise((done) => {
  const sizes = performance.getEntries().filter((one) => "transferSize" in one);
  const kept = { ...vitals, page: sizes[0].transferSize, all: sizes.reduce((sum, one) => sum + one.transferSize, 0) };
  requestAnimationFrame(() => requestAnimationFrame(() => done({ ...kept, ...vitals })));
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--slow", type=float, default=4)
    options = parser.parse_args()
    address = options.address.rstrip("/")
    print(f"{'page':34} {'size':6} {'LCP ms':>8} {'CLS':>7} {'page kB':>8} {'all kB':>8}")
    worst = {"paint": 0.0, "shift": 0.0, "page": 0.0}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for path in list_paths(address):
            for size in _SIZES:
                runs = [measure(browser, address + path, size, options.slow) for _ in range(options.runs)]
                found = {name: median(run[name] for run in runs) for name in runs[0]}
                worst = {name: max(value, found[name]) for name, value in worst.items()}
                print(
                    f"{path[:34]:34} {size:6} {found['paint']:8.0f} {found['shift']:7.3f}"
                    f" {found['page'] / 1000:8.1f} {found['all'] / 1000:8.1f}"
                )
        browser.close()
    print(f"worst: LCP {worst['paint']:.0f} ms, CLS {worst['shift']:.3f}, page {worst['page'] / 1000:.1f} kB")


def list_paths(address: str) -> list[str]:
    """A page of each kind; the notice is the newest one."""
    with urllib.request.urlopen(f"{address}/api/v1/notices?limit=1", timeout=30) as answer:
        notices = json.load(answer)["notices"]
    if not notices:
        sys.exit("there are no notices")
    return [
        *("/", "/search?q=may+tho", urlsplit(notices[0]["page"]).path, "/prices", "/stats", "/sources"),
        *("/guides", "/guides/vssid-vneid", "/alerts/new?q=may+tho", "/saved", "/search/help", "/api/v1/"),
    ]


def measure(browser: Browser, url: str, size: str, slow: float) -> dict[str, float]:
    """The figures of one page, opened once."""
    width, height = _SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
    context.add_init_script(_WATCH)
    page = context.new_page()
    if size == "phone":
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slow})
    page.goto(url, wait_until="load")
    found: dict[str, float] = page.evaluate(_READ)
    context.close()
    return found


if __name__ == "__main__":
    main()
