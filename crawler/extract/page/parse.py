"""From the bytes of a page to its tree: any encoding, any depth, bounded time."""

import codecs
import contextlib
import re
from collections.abc import Iterator, Mapping

from bs4 import BeautifulSoup
from bs4.builder import ParserRejectedMarkup
from bs4.builder._lxml import LXMLTreeBuilder
from bs4.element import AttributeDict, AttributeValueList, HTMLAttributeDict, NavigableString, PageElement, Tag

from crawler.extract.page.style import apply_rules
from crawler.extract.page.tree import find_named
from timthau.errors import DocumentError
from timthau.text.encoding import decode_viscii, recover_legacy, vietnamese_share

#: Beyond these a page is read no further: no article needs them, and 100,000 elements take about a second.
MAX_CHARACTERS = 8_000_000
MAX_ELEMENTS = 100_000
MAX_DEPTH = 150

_META_CHARSET = re.compile(
    rb"<(?:meta\b[^>]{0,200}?charset|\?xml\b[^>]{0,100}?encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I
)
# Pictures pasted into the markup, often megabytes.
_INLINE_DATA = re.compile(r"data:[\w/+.;=-]{1,100};base64,[A-Za-z0-9+/=\s]{400,}")
_UNSEEN = frozenset(("style", "svg", "noscript", "template", "canvas", "math"))
_SCREEN = frozenset(("", "all", "screen"))
_SPACES = " \t\r\n\f"
#: What the text of an element consists of where that is no plain text: only scripts are kept of those.
_KINDS: dict[str, set[type[NavigableString]]] = {
    name: {kind} for name, kind in LXMLTreeBuilder.DEFAULT_STRING_CONTAINERS.items()
}
#: What describes the page, hides an address, or shows a file.
_READ_SCRIPT = re.compile(
    r"ld\+json|addy|__NEXT_DATA__|[\"'][^\"'<>\s]{1,500}\.(?:pdf|docx?|xlsx?|pptx?)(?:[?#][^\"'<>\s]*)?[\"']",
    re.IGNORECASE,
)


class _PageFullError(Exception):
    """Raised by the builder to end the parsing of a page with too many elements."""


class _BoundedBuilder(LXMLTreeBuilder):
    """Beautiful Soup's lxml builder without what no reader sees, that levels what lies too deep and knows an end.

    Elements below MAX_DEPTH become siblings there, as in browsers; their text stays. Nodes are put into the tree here,
    which takes half the time of Beautiful Soup's own way, made for parsers that leave elements open.
    """

    def __init__(self) -> None:
        super().__init__(multi_valued_attributes=None, huge_tree=True, attribute_dict_class=AttributeDict)
        self._depth = 0
        self._elements = 0
        self._unseen_at = 0  # depth of the unseen element that we are in; 0 outside
        self._open: list[Tag] = []
        self._last: PageElement
        self._text: list[str] = []
        self._in_style = False
        self.sheets: list[str] = []

    def prepare_markup(
        self, markup: str | bytes, *_: object, **__: object
    ) -> Iterator[tuple[str | bytes, None, None, bool]]:
        """One attempt at the decoded text; Beautiful Soup's own would warn of pages that look like XML."""
        yield markup, None, None, False

    def feed(self, markup: str | bytes) -> None:
        assert self.soup is not None  # set before anything is fed
        self._open, self._last = [self.soup], self.soup
        with contextlib.suppress(_PageFullError):
            super().feed(markup)
        if self._text:
            self._end_text()

    def start(self, tag: str | bytes, attrib: Mapping[str | bytes, str | bytes], _nsmap: object = None) -> None:
        self._depth += 1
        if self._unseen_at:
            return
        if tag in _UNSEEN:
            self._unseen_at = self._depth
            self._in_style = tag == "style" and str(attrib.get("media", "all")).strip() in _SCREEN
            return
        if self._depth <= MAX_DEPTH:
            self._elements += 1
            if self._elements > MAX_ELEMENTS:
                raise _PageFullError
            if self._text:
                self._end_text()
            element = _make_element(tag, attrib)  # type: ignore[arg-type]  # always str here
            self._append(element)
            self._open.append(element)

    def end(self, tag: str | bytes) -> None:
        depth, self._depth = self._depth, self._depth - 1
        if self._unseen_at:
            if depth == self._unseen_at:
                self._unseen_at, self._in_style = 0, False
        elif depth <= MAX_DEPTH:
            if self._text:
                self._end_text()
            if self._open[-1].name == tag:
                self._open.pop()

    def data(self, data: str | bytes) -> None:
        if not self._unseen_at:
            self._text.append(data)  # type: ignore[arg-type]  # always str here
        elif self._in_style:
            self.sheets.append(data)  # type: ignore[arg-type]  # always str here

    def _end_text(self) -> None:
        """Put the text since the last tag into the tree; of mere white space one sign is enough."""
        text = self._text[0] if len(self._text) == 1 else "".join(self._text)
        self._text.clear()
        name = self._open[-1].name
        if not text.strip(_SPACES) and name not in ("pre", "textarea"):
            text = "\n" if "\n" in text else " "
        self._append(str.__new__(self.string_containers.get(name, NavigableString), text))

    def _append(self, node: Tag | NavigableString) -> None:
        """Put a node behind all others, in the element that is open."""
        node.parent = parent = self._open[-1]
        node.previous_element = last = self._last
        last.next_element = self._last = node
        node.next_element = node.next_sibling = node.previous_sibling = None
        if contents := parent.contents:
            node.previous_sibling = before = contents[-1]
            before.next_sibling = node
        contents.append(node)

    def comment(self, text: str | bytes) -> None:
        """Comments say nothing to a reader."""

    def doctype(self, name: str, pubid: str, system: str) -> None:
        """Nor does the kind of HTML."""

    def pi(self, target: str, data: str) -> None:
        """Nor do instructions to programs, such as Word's."""


def parse_page(html: bytes | str, *, encoding: str | None = None) -> BeautifulSoup:
    """The tree of a page without styles, comments and scripts that say nothing.

    `encoding` is what the server says; the bytes decide when it cannot be true. Class attributes are plain text.
    Raises DocumentError when it is no HTML at all.
    """
    text = decode_page(html, encoding) if isinstance(html, bytes) else html
    text = text.replace("\x00", "")
    if "base64," in text:
        text = _INLINE_DATA.sub("", text)
    text = text[:MAX_CHARACTERS]
    if not text.strip():
        raise DocumentError("the page is empty")
    builder = _BoundedBuilder()
    try:
        # Beautiful Soup takes a text without any markup for the name of a file.
        soup = BeautifulSoup(text if "<" in text else f"<p>{text}", builder=builder)
    except ParserRejectedMarkup as error:
        raise DocumentError(f"the page cannot be parsed: {error}") from error
    for script in find_named(soup, "script"):
        if not _READ_SCRIPT.search(f"{script.get('type')} {script.get('id')} {script.string}"):
            script.decompose()
    apply_rules(soup, builder.sheets)
    return soup


def decode_page(content: bytes, encoding: str | None = None) -> str:
    """The text of a page: by its byte order mark, then UTF-8 when it is that, then what is declared, then what fits.

    Servers and templates often declare wrongly; bytes that are valid UTF-8 beyond ASCII are never anything else.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace")
    zeros = content[:2000].count(0)
    if zeros > len(content[:2000]) // 4:
        return content.decode("utf-16-le" if content[1:2] == b"\0" else "utf-16-be", "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if _is_damaged_utf8(content, error):
            return content.decode("utf-8", "replace")
    declared = _META_CHARSET.search(content[:4000])
    names = [encoding, declared[1].decode("ascii") if declared else None, "windows-1258", "windows-1252"]
    texts = [text for name in dict.fromkeys(filter(None, names)) if (text := _decode_as(content, name)) is not None]
    best = max(texts, key=_sense)
    if _sense(best) + 0.2 >= _SENSE:
        return best
    # VISCII, TCVN3 and VNI are declared by nobody; where one is right, nothing else makes sense. The bytes of the last
    # two are told apart when the text is repaired, and only Latin letters stand for each of them.
    old, latin = decode_viscii(content), content.decode("cp1252", "replace")
    senses = {old: _sense(old), latin: _sense(recover_legacy(latin))}
    likely = max(senses, key=lambda text: senses[text])
    return likely if senses[likely] >= _SENSE else best


#: The share of Vietnamese words from which on a reading of bytes is believed.
_SENSE = 0.8


def _sense(text: str) -> float:
    return round(vietnamese_share(text[:50_000]), 1)


def _is_damaged_utf8(content: bytes, error: UnicodeDecodeError) -> bool:
    """UTF-8 that was cut or has a few foreign bytes still has far more good sequences than bad ones."""
    sample = content[max(0, error.start - 20_000) : error.start + 100_000]
    wrong = sample.decode("utf-8", "replace").count("\ufffd")
    right = len(re.findall(rb"[\xc3-\xef][\x80-\xbf]+", sample))
    return right > 5 * wrong


def _decode_as(content: bytes, name: str) -> str | None:
    try:
        codec = codecs.lookup(name)
    except LookupError:
        return None
    if codec.name in ("utf-8", "utf-16", "utf-32") or not getattr(codec, "_is_text_encoding", True):
        return None
    # What pages call Latin-1 is cp1252; both lack nothing that matters here.
    return content.decode("cp1252" if codec.name in ("iso8859-1", "ascii") else codec.name, "replace")


def _make_element(name: str, attrib: Mapping[str | bytes, str | bytes]) -> Tag:
    """An element as Beautiful Soup makes it, in a third of the time: it asks of each what only writing it out needs."""
    element = Tag.__new__(Tag)
    element.name = name
    element.attrs = HTMLAttributeDict(attrib) if attrib else HTMLAttributeDict()
    element.contents = []
    element.hidden = False
    element.interesting_string_types = _KINDS.get(name)
    element.attribute_value_list_class = AttributeValueList
    element.parser_class = element.namespace = element.prefix = element.sourceline = element.sourcepos = None
    element.known_xml = element.can_be_empty_element = None
    element.cdata_list_attributes = element.preserve_whitespace_tags = None
    element._namespaces = {}
    return element
