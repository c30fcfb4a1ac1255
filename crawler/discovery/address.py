"""Addresses of pages: one form for each, and what can be told from the form alone."""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from timthau.text.fold import fold

#: The same menus and side bars stand on every page of a site.
_SEEN_AGAIN = 8192
_PORTS = {"http": 80, "https": 443}
#: Parameters that never choose another text: where a reader came from, how the page is laid out, which session.
_NOISE = re.compile(
    r"(?:utm_\w+|fbclid|gclid|zarsrc|zaref|mc_[ce]id|_ga|_gl|replytocom|share|print|in|tmpl|phpsessid|"
    r"sessionid|jsessionid|cf_chl_\w+|__cf\w+|highlight|ref|rand|random|timestamp|_ts|\w*redirect|backurl|returnurl|p_auth)",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
_SESSION_PATH = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
#: Files that are offered beside articles; pictures are met inside articles only.
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|xlsm|pptx?|rtf|odt|ods|zip|rar|7z)$", re.IGNORECASE)
#: Scripts that hand out files.
_HANDOUT = re.compile(r"/(?:download|getfile|viewfile|taive|tai-?file|file)\.(?:php|aspx|ashx|jsp)\?\w", re.IGNORECASE)
_MEDIA = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|bmp|ico|mp[34]|avi|mov|css|js|json|woff2?|ttf|apk|exe|ics)$", re.IGNORECASE
)
_DRIVE = re.compile(r"^https?://(?:drive|docs)\.google\.com/(?:file|uc|open|drive|document|spreadsheets)\b")
_DRIVE_FILE = re.compile(r"^https?://drive\.google\.com/(?:file/d/([\w-]+)|(?:open|uc)\?(?:[^#]*&)?id=([\w-]+))")
_GOOGLE_DOCUMENT = re.compile(r"^https?://docs\.google\.com/(document|spreadsheets)/d/[\w-]+")
#: How systems write "page N of this list": in the path, or in a parameter that counts pages or entries.
_PAGE_PATH = re.compile(r"/(?:page|trang|p)[-/](\d{1,4})(?=/|$|\.html?$|\.aspx$)", re.IGNORECASE)
_PAGE_PARAMETER = re.compile(
    r"(?:page|paged|p|trang|pg|pageindex|page_index|pagenumber|currentpage|start|limitstart|offset|begin|_\w+_cur)",
    re.IGNORECASE,
)


def canonical(url: str, base: str = "") -> str:
    """The one form of an address: absolute, without fragment, session, tracking and layout parameters."""
    # Most of what a page links to does not depend on where it stands, and was met on the page before.
    return _canonical(url, _root(base) if url.startswith(("/", "http://", "https://")) else base)


@lru_cache(maxsize=_SEEN_AGAIN)
def _root(url: str) -> str:
    return urljoin(url, "/")


@lru_cache(maxsize=_SEEN_AGAIN)
def _canonical(url: str, base: str) -> str:
    try:
        parts = urlsplit(urljoin(base, url.strip()))
        port = parts.port
    except ValueError:  # a port that is no number, a broken IPv6 address
        return ""
    host = (parts.hostname or "").rstrip(".")
    if not host:
        return ""
    netloc = host if port in (None, _PORTS.get(parts.scheme)) else f"{host}:{port}"
    path = quote(_SESSION_PATH.sub("", parts.path) or "/", safe="/%:@!$&'()*+,;=~-._")
    path = _ESCAPE.sub(lambda match: match[0].upper(), path)
    pairs = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _chooses_nothing(k, v)]
    return urlunsplit((parts.scheme.lower(), netloc, path, urlencode(pairs), ""))


def _chooses_nothing(name: str, value: str) -> bool:
    """Joomla's print views end in "&page=" without a number."""
    return bool(_NOISE.fullmatch(name)) or (not value and bool(_PAGE_PARAMETER.fullmatch(name)))


def host_of(url: str) -> str:
    """Host and port of an address, as definitions name them: without "www." and without the usual ports."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    return host if port in (None, _PORTS.get(parts.scheme)) else f"{host}:{port}"


def is_same_site(url: str, hosts: frozenset[str]) -> bool:
    """Whether an address lies on one of the hosts or below one: files.bv.example is below bv.example."""
    host = host_of(url)
    return host in hosts or any(host.endswith(f".{known}") for known in hosts if not _is_number(known))


def is_file(url: str) -> bool:
    """Whether an address is a document to download, by its ending or by the script, or one that Google Drive keeps."""
    return bool(_FILE.search(unquote(urlsplit(url).path)) or _DRIVE.match(url) or _HANDOUT.search(url))


def direct_address(url: str) -> str:
    """Where a file that Google keeps is handed out; other addresses as they are.

    Drive's "/file/d/ID/view" shows a page around the file; documents and tables are exported.
    """
    if match := _DRIVE_FILE.match(url):
        return f"https://drive.google.com/uc?export=download&id={match[1] or match[2]}"
    if match := _GOOGLE_DOCUMENT.match(url):
        return f"{match[0]}/export?format={'docx' if match[1] == 'document' else 'xlsx'}"
    return url


def is_media(url: str) -> bool:
    """Whether an address is a picture, a script or the like: never a page."""
    return bool(_MEDIA.search(urlsplit(url).path))


def slug_text(url: str) -> str:
    """The words of an address's last part, without accents: "thu-moi-bao-gia-12.html" becomes "thu moi bao gia 12"."""
    last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    return " ".join(re.split(r"[-_.+\s]+", re.sub(r"\.(?:html?|aspx|php)$", "", fold(last), flags=re.IGNORECASE)))


@lru_cache(maxsize=_SEEN_AGAIN)
def page_number(url: str) -> tuple[str, int] | None:
    """The list that a numbered page belongs to, and its number (of the page, or of its first entry); None for others.

    ("https://bv.example/tin/", 3) for ".../tin/page/3/", ".../tin/page-3/", ".../tin/?page=3" and the like.
    """
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    numbered = [(k, v) for k, v in pairs if _PAGE_PARAMETER.fullmatch(k) and v.isdecimal() and len(v) < 6]
    if numbered and not (numbered[-1][0].lower() == "p" and len(pairs) == 1 and parts.path == "/"):
        rest = urlencode([pair for pair in pairs if pair != numbered[-1]])
        return urlunsplit(parts._replace(query=rest)), int(numbered[-1][1])
    for name, value in pairs:  # "index.php?nv=news&op=tin-tuc/page-3", where addresses are not rewritten
        if match := _PAGE_PATH.search(value):
            rest = urlencode([(k, value[: match.start()] if k == name else v) for k, v in pairs])
            return urlunsplit(parts._replace(query=rest)), int(match[1])
    if match := _PAGE_PATH.search(parts.path):
        path = (parts.path[: match.start()] + parts.path[match.end() :]).rstrip("/") or "/"
        return urlunsplit(parts._replace(path=path)), int(match[1])
    return None


def list_of(url: str) -> str:
    """The list that an address stands for: numbered pages belong to their first; a closing slash is no difference."""
    found = page_number(url)
    return (found[0] if found else url).rstrip("/")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open Internet."""
    return ipaddress.ip_address(address).is_global


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition(":")[0])
    except ValueError:
        return False
    return True
