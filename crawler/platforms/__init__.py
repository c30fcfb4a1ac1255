"""How a kind of site lists, pages, dates and attaches: one small module a kind, recognised from the served pages."""

from crawler.discovery.page import Page
from crawler.discovery.platform import Platform
from crawler.platforms.dotnetnuke import DotNetNuke
from crawler.platforms.generic import Generic
from crawler.platforms.joomla import Joomla
from crawler.platforms.liferay import Liferay
from crawler.platforms.nukeviet import NukeViet
from crawler.platforms.sharepoint import SharePoint
from crawler.platforms.thanhhoa import ThanhHoa
from crawler.platforms.wordpress import WordPress

#: In the order in which they are asked; the last recognises every page.
PLATFORMS: tuple[type[Platform], ...] = (
    WordPress,
    NukeViet,
    Joomla,
    ThanhHoa,
    Liferay,
    DotNetNuke,
    SharePoint,
    Generic,
)


def recognise(page: Page, *, name: str | None = None) -> Platform:
    """The platform of a site by one of its pages, or by its name where a definition says it."""
    return next(kind() for kind in PLATFORMS if kind.name == name or (name is None and kind.recognises(page)))
