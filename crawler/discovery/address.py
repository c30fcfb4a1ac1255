"""Addresses of pages: one form for each, and what can be told from the form alone."""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from timthau.text.fold import fold

#: The same menus and side bars stand on every page of a site.
_SEEN_AGAIN = 8192
_PORTS = {"http": 80, "https": 443}
#: Parameters that never choose another text: where a reader came from, how the page is laid out, which session.
_NOISE = re.compile(
    r"(?:utm_\w+|fbclid|gclid|zarsrc|zaref|mc_[ce]id|_ga|_gl|replytocom|share|print|in|tmpl|phpsessid|"
    r"sessionid|jsessionid|cf_chl_\w+|__cf\w+|highlight|rand|random|timestamp|_ts|\w*redirect|backurl|returnurl|p_auth|"
    r"nv\w*themever|theme|_|_dc|nocache|cachebuster)",
    re.IGNORECASE,
)
#: What is written against caches: the time of this very page.
_TIME_NAMES = frozenset({"t", "ts", "time", "v", "r"})
_TIME_VALUE = re.compile(r"1[6-9]\d{8}(?:\d{3})?")
#: Where a reader came from, unless a number stands there, which may be that of an article.
_REFERRER = re.compile(r"(?:ref|referrer|source_id)", re.IGNORECASE)
#: Names of sessions, where the value looks like one: long, of letters and digits.
_SESSION_NAMES = frozenset({"sid", "s", "session", "sess", "token", "zenid", "cftoken"})
_SESSION_VALUE = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[0-9a-z,-]{16,}", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:php|html?|aspx?)$", re.IGNORECASE)
#: What browsers leave out of addresses.
_BREAKS = re.compile(r"[\t\r\n]")
_ESCAPE = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
#: ";jsessionid=…" of Java, "/(S(…))/" of ASP.NET without cookies.
_SESSION_PATH = re.compile(r";jsessionid=[^/?#]*|/\((?:[A-Z]\([^()/]*\))+\)(?=/|$)", re.IGNORECASE)
#: Files that are offered beside articles; pictures are met inside articles only.
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|xlsm|pptx?|rtf|odt|ods|zip|rar|7z|tar|tgz|tar\.gz)$", re.IGNORECASE)
#: Scripts that hand out files.
_HANDOUT = re.compile(r"/(?:download|getfile|viewfile|taive|tai-?file|file)\.(?:php|aspx|ashx|jsp)\?\w", re.IGNORECASE)
_MEDIA = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|bmp|ico|mp[34]|avi|mov|css|js|json|woff2?|ttf|apk|exe|ics)$", re.IGNORECASE
)
_SCAN = re.compile(r"\.(?:jpe?g|png|webp|tiff?)$", re.IGNORECASE)
_DRIVE = re.compile(r"^https?://(?:drive|docs)\.google\.com/(?:file|uc|open|drive|document|spreadsheets)\b")
_DRIVE_FILE = re.compile(r"^https?://drive\.google\.com/(?:file/d/([\w-]+)|(?:open|uc)\?(?:[^#]*&)?id=([\w-]+))")
_GOOGLE_DOCUMENT = re.compile(r"^https?://docs\.google\.com/(document|spreadsheets)/d/[\w-]+")
#: How systems write "page N of this list": in the path, or in a parameter that counts pages or entries.
_PAGE_PATH = re.compile(r"/(?:page|trang|p)[-/](\d{1,4})(?=/|$|\.html?$|\.aspx$)", re.IGNORECASE)
_PAGE_PARAMETER = re.compile(
    r"(?:page|paged|p|trang|pg|pageindex|page_index|pagenumber|currentpage|start|limitstart|offset|begin|_\w+_cur)",
    re.IGNORECASE,
)


def absolute(url: str, base: str = "", *, encoding: str = "utf-8") -> str:
    """An address as a browser would ask for it: absolute, without fragment, everything else as it is written.

    Letters of a query are escaped in the page's `encoding`. Empty for what is no address.
    """
    # Most of what a page links to does not depend on where it stands, and was met on the page before.
    return _absolute(url, _root(base) if url.startswith(("/", "http://", "https://")) else base, encoding)


def canonical(url: str, base: str = "") -> str:
    """What all addresses of one page share: absolute, without fragment, session, tracking and layout parameters."""
    return _plain(absolute(url, base))


@lru_cache(maxsize=_SEEN_AGAIN)
def _root(url: str) -> str:
    try:
        return urljoin(url, "/")
    except ValueError:
        return url


@lru_cache(maxsize=_SEEN_AGAIN)
def _absolute(url: str, base: str, encoding: str) -> str:
    before, mark, query = _BREAKS.sub("", url).strip().partition("?")
    try:
        parts = urlsplit(urljoin(base, before.replace("\\", "/") + mark + query))
        port = parts.port
    except ValueError:  # a port that is no number, a broken IPv6 address
        return ""
    host = ascii_host(parts.hostname or "")
    if not host:
        return ""
    host = f"[{host}]" if ":" in host else host
    netloc = host if port in (None, _PORTS.get(parts.scheme)) else f"{host}:{port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]|{}^`\\", encoding=encoding, errors="xmlcharrefreplace")
    return _unsplit(parts.scheme.lower(), netloc, path, query)


def _unsplit(scheme: str, netloc: str, path: str, query: str) -> str:
    return f"{scheme}://{netloc}{path}" + (f"?{query}" if query else "")


@lru_cache(maxsize=_SEEN_AGAIN)
def _plain(url: str) -> str:
    if not url:
        return ""
    parts = urlsplit(url)
    path = _ESCAPE.sub(lambda match: match[0].upper(), _SESSION_PATH.sub("", parts.path) or "/")
    kept = [pair for pair in parts.query.split("&") if pair and not _chooses_nothing(*_split_pair(pair))]
    return _unsplit(parts.scheme, parts.netloc, path, "&".join(kept))


def _split_pair(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return unquote(name), unquote(value)


def _chooses_nothing(name: str, value: str) -> bool:
    """Joomla's print views end in "&page=" without a number."""
    if _REFERRER.fullmatch(name) and not value.isdecimal():
        return True
    if _is_of_session(name.lower()) and _SESSION_VALUE.fullmatch(value):
        return True
    if name.lower() in _TIME_NAMES and _TIME_VALUE.fullmatch(value):
        return True
    return bool(_NOISE.fullmatch(name)) or (not value and bool(_PAGE_PARAMETER.fullmatch(name)))


def _is_of_session(name: str) -> bool:
    return name in _SESSION_NAMES or name.endswith(("_sid", "csid")) or ("sess" in name and name.endswith("id"))


def ascii_host(host: str) -> str:
    """A host's name as it is asked for: "bệnhviện.vn" in the letters of the name system, without a closing dot."""
    host = host.rstrip(".").lower()
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:  # a name that cannot be one
        return ""


@lru_cache(maxsize=_SEEN_AGAIN)
def host_of(url: str) -> str:
    """Host and port of an address, as definitions name them: without "www." and without the usual ports."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    host = ascii_host(parts.hostname or "").removeprefix("www.")
    host = f"[{host}]" if ":" in host else host
    return host if port in (None, _PORTS.get(parts.scheme)) else f"{host}:{port}"


def is_same_site(url: str, hosts: frozenset[str]) -> bool:
    """Whether an address lies on one of the hosts or below one: files.bv.example is below bv.example."""
    host = host_of(url)
    return host in hosts or any(host.endswith(f".{known}") for known in hosts if not _is_number(known))


@lru_cache(maxsize=_SEEN_AGAIN)
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


def is_root(url: str) -> bool:
    """Whether an address is that of a site's first page."""
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def is_picture(url: str) -> bool:
    """Whether an address is that of a picture that may be a scan."""
    return bool(_SCAN.search(urlsplit(url).path))


@lru_cache(maxsize=_SEEN_AGAIN)
def is_media(url: str) -> bool:
    """Whether an address is a picture, a script or the like: never a page."""
    return bool(_MEDIA.search(urlsplit(url).path))


def slug_text(url: str) -> str:
    """The words of an address's last part, without accents: "thu-moi-bao-gia-12.html" becomes "thu moi bao gia 12"."""
    last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    return " ".join(re.split(r"[-_.+\s]+", re.sub(r"\.(?:html?|aspx|php)$", "", fold(last), flags=re.IGNORECASE)))


def page_number(url: str) -> tuple[str, int] | None:
    """The list that a numbered page belongs to, and its number (of the page, or of its first entry); None for others.

    ("https://bv.example/tin/", 3) for ".../tin/page/3/", ".../tin/page-3/", ".../tin/?page=3" and the like.
    """
    return _page_number(canonical(url))


@lru_cache(maxsize=_SEEN_AGAIN)
def _page_number(url: str) -> tuple[str, int] | None:
    parts = urlsplit(url)
    pairs = [(pair, *_split_pair(pair)) for pair in parts.query.split("&") if pair]
    numbered = [pair for pair, k, v in pairs if _PAGE_PARAMETER.fullmatch(k) and v.isdecimal() and len(v) < 6]
    if numbered and not (numbered[-1].lower().startswith("p=") and len(pairs) == 1 and parts.path == "/"):
        rest = "&".join(pair for pair, _, _ in pairs if pair != numbered[-1])
        return urlunsplit(parts._replace(query=rest)), int(_split_pair(numbered[-1])[1])
    for pair, _, _ in pairs:  # "index.php?nv=news&op=tin-tuc/page-3", where addresses are not rewritten
        if match := _PAGE_PATH.search(unquote(pair)):
            rest = "&".join(unquote(pair)[: match.start()] if other == pair else other for other, _, _ in pairs)
            return urlunsplit(parts._replace(query=rest)), int(match[1])
    if match := _PAGE_PATH.search(parts.path):
        path = (parts.path[: match.start()] + parts.path[match.end() :]).rstrip("/") or "/"
        return urlunsplit(parts._replace(path=path)), int(match[1])
    return None


def list_of(url: str) -> str:
    """The list that an address stands for: numbered pages belong to their first.

    A closing slash is no difference, nor is the name of a folder's first page.
    """
    url = canonical(url)
    found = _page_number(url)
    return _INDEX.sub("", found[0] if found else url).rstrip("/")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0])
    except ValueError:
        return False
    return True
