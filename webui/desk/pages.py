"""All pages of the desk: each module adds its own to the one blueprint, whose guard stands before every page."""

from webui.desk import decisions, mails, notices, overview, sources
from webui.desk.door import blueprint

__all__ = ["blueprint", "decisions", "mails", "notices", "overview", "sources"]
