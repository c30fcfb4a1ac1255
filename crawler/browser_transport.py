"""How a source that needs a browser is fetched: its pages by the browser, all else as every source's answers are."""

from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler.transport import BoundedHandler


class BrowserHandler(ScrapyPlaywrightDownloadHandler, BoundedHandler):  # type: ignore[misc]  # the first has no types
    """What is not asked of the browser (robots.txt, feeds, files) has its heads bounded and its chains completed."""
