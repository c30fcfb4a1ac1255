"""How a source that needs a browser is fetched: its pages by the browser, all else as every source's answers are."""

from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler.browser_gate import BrowserGate
from crawler.transport import BoundedHandler


class BrowserHandler(ScrapyPlaywrightDownloadHandler, BoundedHandler):  # type: ignore[misc]  # the first has no types
    """What is not asked of the browser (robots.txt, feeds, files) has its heads bounded and its chains completed.

    The browser itself gets out by a gate of ours, unless the source has a proxy of its own.
    """

    _gate: BrowserGate | None = None

    async def _launch(self) -> None:
        if bounds := self._crawler.settings.get("BROWSER_BOUNDS"):
            self._gate = BrowserGate(bounds)
            self.config.launch_options["proxy"] = {"server": await self._gate.open(), "bypass": "<-loopback>"}
        await super()._launch()

    async def _close(self) -> None:
        await super()._close()
        if self._gate:
            await self._gate.close()
