"""A list on its way to its end: what it promises, what stood on its pages so far, and when to leave it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from scrapy.http import Response

from crawler.address import canonical, page_number
from crawler.agenda import Agenda
from crawler.interest import Interest
from crawler.lead import Lead, day_of

#: Pages of a list of mixed news to read without meeting a single title of procurement.
_PATIENCE = 10
_LONGEST = 2000


@dataclass
class Listing:
    """One list; `keys` are the articles that it named so far, `idle` counts the last pages without a promising one."""

    url: str
    interest: Interest
    keys: set[str] = field(default_factory=set)
    idle: int = 0

    def note(self, listed: Iterable[Lead]) -> bool:
        """Note what a page of the list names; False when nothing on it is new, so that the list has ended."""
        fresh = [lead for lead in listed if lead.key not in self.keys]
        self.keys.update(lead.key for lead in fresh)
        self.idle = 0 if any(lead.interest is Interest.NOTICE for lead in fresh) else self.idle + 1
        return bool(fresh)

    def is_read_out(self, listed: list[Lead], number: int, agenda: Agenda) -> bool:
        """Whether the rest of the list is known, too old, or not worth the requests."""
        if number >= _LONGEST or (self.interest is not Interest.NOTICE and self.idle >= _PATIENCE):
            return True
        if agenda.scope.hasty and all(agenda.knows(lead.key) for lead in listed):
            return True
        days = [day_of(lead.published_at) for lead in listed if lead.published_at]
        return bool(agenda.scope.since and days and max(days) < agenda.scope.since)


def is_sent_back(response: Response) -> bool:
    """Whether a numbered page was answered with another one: how some systems say that a list has ended."""
    request = response.request
    asked = request.meta.get("redirect_urls", [request.url])[0] if request else response.url
    return page_number(canonical(asked)) != page_number(canonical(response.url))
