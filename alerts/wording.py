"""The texts of mails in a language; the catalogues are those of the pages."""

from datetime import datetime
from functools import cache
from gettext import GNUTranslations, translation
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from index.query import Query
from timthau.locale import CATALOGUES
from timthau.locale.label import FIELDS, FILTERS, KINDS, PURCHASES, STATES, _
from timthau.locale.wording import format_day, format_day_of_year, format_number, format_time
from timthau.model.alert import Frequency
from timthau.model.effective import OVER, Effective, State
from timthau.model.moment import Moment
from timthau.model.notice import NoticeKind

_TEMPLATES = Path(__file__).parent / "templates"


_FREQUENCIES = {
    Frequency.IMMEDIATE: _("as soon as something is found"),
    Frequency.DAILY: _("once a day at most"),
    Frequency.WEEKLY: _("once a week at most"),
}


_TOLD = (*OVER, State.EXTENDED, State.SHORTENED, State.GONE)


class Words:
    """What mails say in one language, "vi" or "en"."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._translations: GNUTranslations = translation("messages", CATALOGUES, [language])
        self._templates = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=select_autoescape(("html",)),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self._templates.install_gettext_callables(  # type: ignore[attr-defined]  # from jinja2.ext.i18n
            gettext=self._translations.gettext, ngettext=self._translations.ngettext, newstyle=True
        )
        self._templates.globals.update(words=self)

    def gettext(self, message: str, **values: object) -> str:
        """A message, with its values."""
        text = self._translations.gettext(message)
        return text % values if values else text

    def ngettext(self, one: str, many: str, num: int, **values: object) -> str:
        """A message for a number of things; `num` is among the values."""
        return self._translations.ngettext(one, many, num) % ({"num": num} | values)

    def build(self, template: str, values: dict[str, Any]) -> str:
        """The text of a template."""
        return self._templates.get_template(template).render(values)

    def day(self, moment: Moment) -> str:
        """The day of a moment in Hanoi."""
        return format_day(moment, self.language)

    def short_day(self, moment: Moment) -> str:
        """The day of a moment in Hanoi without its year."""
        return format_day_of_year(moment, self.language)

    def time(self, moment: Moment) -> str:
        """The day of a moment in Hanoi, with its hour where one is stated."""
        return format_time(moment, self.language)

    def deadline(self, moment: Moment) -> str:
        """A moment with its hour, where one is stated, and the zone that this hour is in."""
        zone = self.gettext("Hanoi time, UTC+7")
        return f"{self.time(moment)} ({zone})"

    def amount(self, vnd: int) -> str:
        """Whole VND, every digit."""
        return self.gettext("%(number)s VND", number=format_number(vnd, self.language))

    def kind(self, kind: NoticeKind) -> str:
        """What a kind of notice is called."""
        return self.gettext(KINDS[kind])

    def state(self, stands: Effective, now: datetime) -> str | None:
        """What stands beside a deadline: why nothing can be handed in any more, or what has become of the notice."""
        if stands.state not in OVER and stands.is_open(now) is False:
            return self.gettext("closed")
        return self.gettext(STATES[stands.state]) if stands.state in _TOLD else None

    def frequency(self, frequency: Frequency) -> str:
        """How often mail comes."""
        return self.gettext(_FREQUENCIES[frequency])

    def field(self, name: str) -> str:
        """What a field of a notice is called."""
        return self.gettext(FIELDS[name])

    def query(self, query: Query) -> str:
        """A query for people: its words, then what narrows it."""
        said = [f"“{query.text}”"] if query.text else []
        for name, value in query.to_params():
            if name == "kind":
                said.append(self.kind(NoticeKind(value)))
            elif name == "field":
                said.append(self.gettext(PURCHASES[value]))
            elif name == "open":
                said.append(self.gettext("still open") if value == "1" else self.gettext("closed"))
            elif name.endswith("_amount"):
                said.append(f"{self.gettext(FILTERS[name])} {self.amount(int(value))}")
            elif name in ("province", "buyer"):
                said.append(value)
            elif name in FILTERS:
                said.append(f"{self.gettext(FILTERS[name])} {value}")
        return " · ".join(said)


@cache
def words_of(language: str) -> Words:
    """The words of a language."""
    return Words(language)
