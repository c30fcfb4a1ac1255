"""What crawls remember of addresses: validators, hashes, when they were last looked at."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import bindparam, delete, insert, select

from timthau.model.moment import format_moment
from timthau.model.record import KnownPage
from timthau.store.database import Tables
from timthau.store.row import read_page
from timthau.store.schema import page as pages


class PageStore(Tables):
    """Addresses of all sources."""

    def page(self, source: str, url: str) -> KnownPage | None:
        """What is known of an address of a source."""
        with self._engine.connect() as connection:
            row = connection.execute(select(pages).where(pages.c.source == source, pages.c.url == url)).mappings()
            return next((read_page(found) for found in row), None)

    def notice_pages(self, url: str) -> list[KnownPage]:
        """What is known of an address where a notice stands, for each source that knows it."""
        found = select(pages).where(pages.c.url == url, pages.c.notice_id.is_not(None))
        with self._engine.connect() as connection:
            return [read_page(row) for row in connection.execute(found).mappings()]

    def pages(self, source: str) -> dict[str, KnownPage]:
        """All known addresses of a source."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(pages).where(pages.c.source == source)).mappings()
            return {row["url"]: read_page(row) for row in rows}

    def save_pages(self, batch: Iterable[KnownPage]) -> None:
        """Remember addresses in place of what was known of them; of several words on one address the last holds."""
        rows = {(page.source, page.url): page for page in batch}
        if not rows:
            return
        values = [asdict(page) | {"checked_at": format_moment(page.checked_at)} for page in rows.values()]
        known = (pages.c.source == bindparam("of")) & (pages.c.url == bindparam("at"))
        with self._writer.begin(*{source for source, _ in rows}) as connection:
            connection.execute(delete(pages).where(known), [{"of": source, "at": url} for source, url in rows])
            connection.execute(insert(pages), values)
