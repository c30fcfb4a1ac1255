"""The guides, in each language."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import delete, insert, select

from timthau.model.notice import Guide
from timthau.store.database import Tables
from timthau.store.process.writer import announce
from timthau.store.row import read_guide
from timthau.store.schema import guide as guides


class GuideStore(Tables):
    """Guides of all languages."""

    def save_guide(self, guide: Guide) -> bool:
        """Keep a guide; True when it is new or changed. Nobody is kept waiting for one that is known as it is."""
        document = json.dumps(asdict(guide), ensure_ascii=False, sort_keys=True, default=str)
        key = (guides.c.slug == guide.slug) & (guides.c.language == guide.language)
        with self._engine.connect() as connection:
            if connection.execute(select(guides.c.document).where(key)).scalar() == document:
                return False
        with self._writer.begin() as connection:
            known = connection.execute(select(guides.c.document).where(key)).scalar()
            if known == document:
                return False
            connection.execute(delete(guides).where(key))
            connection.execute(insert(guides).values(slug=guide.slug, language=guide.language, document=document))
            announce(connection, "guide", [(guide.slug, None)])
            return True

    def guides(self) -> list[Guide]:
        """All guides in all languages, by slug."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(guides.c.document).order_by(guides.c.slug, guides.c.language))
            return [read_guide(row.document) for row in rows]

    def guides_by_slug(self, slugs: Iterable[str]) -> list[Guide]:
        """Those guides that exist, in all their languages."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(guides.c.document).where(guides.c.slug.in_(list(slugs))))
            return [read_guide(row.document) for row in rows]

    def guide(self, slug: str, language: str) -> Guide | None:
        """A guide in a language; in Vietnamese where that language is missing."""
        found = {guide.language: guide for guide in self.guides_by_slug([slug])}
        return found.get(language) or found.get("vi")
