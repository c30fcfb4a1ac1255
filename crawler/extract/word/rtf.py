"""Rich Text Format, which Vietnamese agencies also publish under the name .doc."""

import codecs
import re
from collections.abc import Container

from crawler.extract.document import Content
from crawler.extract.word.grid import GridRow, lay_out
from timthau.text.fold import collapse_spaces

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.S
)
# Groups that are not the document's text.
_DESTINATIONS = frozenset(
    b"fonttbl colortbl stylesheet info pict object footnote fldinst themedata colorschememapping datastore"
    b" latentstyles listtable listoverridetable rsidtbl generator xmlnstbl filetbl revtbl annotation bkmkstart bkmkend"
    b" objdata nonshppict pntext falt panose".split()
)
# Headers and footers of pages; those of left pages repeat the others.
_MARGINS = {b"header": 0, b"headerr": 0, b"headerf": 0, b"footer": 1, b"footerr": 1, b"footerf": 1}
_REPEATED_MARGINS = frozenset((b"headerl", b"footerl"))
# Letters that are struck, hidden, or deleted with changes tracked, until they are set back.
_UNSEEN = frozenset((b"strike", b"striked", b"v", b"deleted"))
# What lies under letters, behind them or behind their paragraph: on it white ones are there to be read.
_SHADES = frozenset((b"highlight", b"cb", b"chcbpat", b"cbpat"))
_WHITE = re.compile(rb"\\red25[2-5]\\green25[2-5]\\blue25[2-5]\b")
#: Half points; smaller letters are there to be found by machines, not to be read.
_LEAST_SIZE = 5
_BREAKS = {
    b"par": "\n",
    b"line": "\n",
    b"page": "\n",
    b"sect": "\n",
    b"tab": "\t",
    b"emdash": "—",
    b"endash": "–",
    b"bullet": "•",
}
_QUOTES = {b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"~": "\u00a0", b"_": "-"}
_SIGNS = _BREAKS | _QUOTES
_CHARSETS = {0: "cp1252", 163: "cp1258", 204: "cp1251", 238: "cp1250", 161: "cp1253", 162: "cp1254"}
_ROW_WORDS = frozenset((b"trowd", b"trleft", b"clvmrg", b"cellx"))
_CELL, _ROW = "\x07", "\x06"
_MARKS = frozenset(("\n", _CELL, _ROW, "\x05"))


def read_rtf(content: bytes) -> Content:
    """Paragraphs and tables of an RTF document in reading order; a cut one gives what it holds."""
    entries = content.partition(b"\\colortbl")[2].partition(b"}")[0].split(b";")
    reader = _Reader(white={number for number, entry in enumerate(entries) if _WHITE.search(entry)})
    marked = reader.read(content)
    blocks: Content = []
    rows: list[GridRow] = []
    *heads, tail = marked.split(_ROW)
    for head, (edges, merged) in zip(heads, reader.plans, strict=True):
        # Before the first cell of a row stand the paragraphs between this table and what was before it.
        first, *others = head.split(_CELL)
        before, _, cell = first.rpartition("\n") if "\x05" not in first else first.rpartition("\x05")
        if before.strip() and rows:
            blocks.append(lay_out(rows))
            rows = []
        blocks += before.split("\n")
        cells = tuple(collapse_spaces(text.replace("\x05", "")) for text in (cell, *others[:-1]))
        rows.append(GridRow(cells, edges, merged))
    if rows:
        blocks.append(lay_out(rows))
    body = [*blocks, *(block for block in re.split("[\n\x07]", tail.replace("\x05", "")))]
    headers, footers = map(_list_once, reader.margins)
    return [*headers, *body, *footers]


def _list_once(parts: list[str]) -> list[str]:
    """The lines of headers or footers, each once, whatever its section."""
    lines = re.split("[\n\x05-\x07]", "".join(parts))
    return list(dict.fromkeys(line for line in lines if line.strip()))


class _Reader:
    """Follows the groups of a document: each has its own encoding, and may be none of the text."""

    def __init__(self, *, white: Container[int]) -> None:
        self._white = white  # the numbers of the colours that paper has
        self._parts: list[str] = []
        self._bytes = bytearray()
        self._codec = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._stack: list[tuple[bool, str, int, frozenset[bytes], int | None]] = []
        self._silent = False
        self._in_fonts = False
        self._after_unicode = 1  # how many signs stand in for one that old readers do not know
        self._to_skip = 0
        self._starred = False
        self._in_row = False
        self._dress: frozenset[bytes] = frozenset()  # the words of _UNSEEN and _SHADES, cf for white, fs for tiny
        self._margin: int | None = None  # 0 in a header, 1 in a footer
        #: What headers and footers say.
        self.margins: tuple[list[str], list[str]] = ([], [])
        #: Of each row in order: the edges of its cells and which of them go on from above.
        self.plans: list[tuple[tuple[int, ...], tuple[bool, ...]]] = []
        self._edges: list[int] = [0]
        self._merged: list[bool] = []
        self._goes_on = False

    def read(self, content: bytes) -> str:
        for match in _TOKEN.finditer(content):
            word, number, code, sign, brace, text = match.groups()
            if code is not None:
                self._add_byte(int(code, 16))
                continue
            if text is not None:
                self._add_plain(text)
                continue
            if self._bytes:
                self._flush()
            if word == b"u" and number and not self._starred:
                self._add(chr(int(number) % 0x10000))
                self._to_skip = self._after_unicode
            elif brace is not None:
                self._turn(brace)
            elif word is not None:
                self._obey(word, int(number) if number else None)
            elif sign is not None:
                self._starred = self._starred or sign == b"*"
                if sign in _SIGNS or sign in b"{}\\":
                    self._add(_SIGNS.get(sign, sign.decode("ascii", "replace")))
        self._flush()
        return "".join(self._parts)

    def _turn(self, brace: bytes) -> None:
        if brace == b"{":
            self._stack.append((self._silent, self._codec, self._after_unicode, self._dress, self._margin))
        elif self._stack:
            margin = self._margin
            self._silent, self._codec, self._after_unicode, self._dress, self._margin = self._stack.pop()
            if margin is not None and self._margin is None:
                self.margins[margin].append("\n")
            self._in_fonts = self._in_fonts and self._silent
        self._starred = False
        self._to_skip = 0

    def _obey(self, word: bytes, number: int | None) -> None:
        if word in _MARGINS:
            self._margin = _MARGINS[word]
        elif (
            word in _DESTINATIONS
            or word in _REPEATED_MARGINS
            or (self._starred and word not in (b"shptxt", b"shpinst"))
        ):
            self._silent = True
            self._in_fonts = self._in_fonts or word == b"fonttbl"
        self._starred = False
        if word == b"u" and number is not None:
            self._add(chr(number % 0x10000))
            self._to_skip = self._after_unicode
        elif word == b"uc":
            self._after_unicode = number or 0
        elif word == b"ansicpg" and number:
            self._codec = _known(f"cp{number}") or self._codec
        elif word == b"f":
            self._font = number or 0
            self._codec = self._codec if self._in_fonts else self._fonts.get(self._font, self._codec)
        elif word == b"fcharset" and self._in_fonts and number in _CHARSETS:
            self._fonts[self._font] = _CHARSETS[number]
        elif word in (b"cell", b"nestcell"):
            self._add(_CELL)
        elif word in (b"row", b"nestrow"):
            self._end_row()
        elif word in _ROW_WORDS:
            self._plan_row(word, number or 0)
        elif word in _SIGNS:
            self._add(_SIGNS[word])
        else:
            self._put_on(word, number)

    def _put_on(self, word: bytes, number: int | None) -> None:
        """Follow how letters are dressed from here on."""
        if word == b"plain":
            self._dress &= {b"cbpat"}
        elif word == b"pard":
            self._dress -= {b"cbpat"}
        elif word in _UNSEEN or word in _SHADES:
            self._wear(word, number != 0)
        elif word == b"cf":
            self._wear(word, number in self._white)
        elif word == b"fs":
            self._wear(word, number is not None and number < _LEAST_SIZE)

    def _wear(self, word: bytes, worn: bool) -> None:
        self._dress = self._dress | {word} if worn else self._dress - {word}

    def _is_unseen(self) -> bool:
        """Whether letters are not seen; in a row white ones may stand on the colour of their cell."""
        if self._dress & _UNSEEN or b"fs" in self._dress:
            return True
        return b"cf" in self._dress and not (self._in_row or self._dress & _SHADES)

    def _end_row(self) -> None:
        if self._margin is not None:
            self._add(_ROW)
        elif not self._silent:
            self._parts.append(_ROW)
            self.plans.append((tuple(self._edges), tuple(self._merged)))
        self._in_row = False

    def _plan_row(self, word: bytes, number: int) -> None:
        """Follow the definition of a row: where its cells end, and which go on from the row above."""
        if word == b"trowd":
            self._edges, self._merged, self._goes_on = [0], [], False
            if not self._in_row and self._margin is None:
                self._add("\x05")  # a row begins: what stands before is no cell
                self._in_row = True
        elif word == b"trleft":
            self._edges[0] = number
        elif word == b"clvmrg":
            self._goes_on = True
        else:
            self._edges.append(number)
            self._merged.append(self._goes_on)
            self._goes_on = False

    def _add(self, text: str) -> None:
        # What ends paragraphs, cells and rows is kept, so that what stands around it stays apart.
        if not self._silent and (not self._dress or text in _MARKS or not self._is_unseen()):
            (self._parts if self._margin is None else self.margins[self._margin]).append(text)

    def _add_byte(self, byte: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
        else:
            self._bytes.append(byte)

    def _add_plain(self, text: bytes) -> None:
        if not self._to_skip:
            self._bytes += text
            return
        skipped = min(self._to_skip, len(text))
        self._to_skip -= skipped
        self._bytes += text[skipped:]

    def _flush(self) -> None:
        if self._bytes:
            self._add(self._bytes.decode(self._codec, "replace"))
            self._bytes = bytearray()


def _known(codec: str) -> str | None:
    try:
        return codecs.lookup(codec).name
    except LookupError:
        return None
