"""Pages and files that were made to hurt whoever reads them, from a seed: as many as wanted, the same every time."""

import random
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from crawler.extract.document import Document
from crawler.single.document import read_document
from tests.site.document_files import archive, notice_pdf, rtf, word, workbook
from timthau.errors import DocumentError

_HEAD = "<html><head><title>Yêu cầu báo giá</title></head><body><h1>Yêu cầu báo giá mua vật tư y tế</h1>"
_BODY = "<p>Bệnh viện Đa khoa Thử Nghiệm có nhu cầu tiếp nhận báo giá.</p><p>Thời hạn: trước 17h ngày 30/11/2026.</p>"
#: What rules of reading look for, without an end.
_PHRASES = (
    *("trước: ", "Kính gửi: ", "Bệnh viện ", "Số: 1/", "ngày 1/1/2026 ", "1.000.000 đồng ", "hạn nộp trước 17h ngày "),
    *("gói thầu số ", "Print Email Facebook Zalo Tweet ", "a@b.vn, ", "0909.123.456 - ", "........", "______ ", "1. "),
    *(
        "Công ty TNHH ",
        "giá trúng thầu: ",
        "STT | Tên | ĐVT | SL ",
        "chủ đầu tư: ",
        "& ",
        "lần 2 ",
        "(",
        "https://a.vn/",
    ),
)
_TAGS = ("div", "table", "tr", "td", "ul", "li", "b", "font", "p", "span", "blockquote", "h2", "a href=x.pdf", "form")
_ATTRIBUTES = ("colspan", "rowspan", "id", "class", "style", "href", "src", "onclick", "datetime", "width", "lang")
_NUMBERS = ("0", "-1", "999999999", "1e9", "99999999999999999999", "NaN", "", "１２３", "٣", "½", "9" * 400)
_SCRIPTS = (
    '<script id="__NEXT_DATA__" type="application/json">{"a":',
    '<script type="application/ld+json">[[[[',
    "<!--",
    "<![CDATA[",
    "<svg><use href='#",
    "<noscript>",
    "<iframe src='data:text/html,",
    "<base href='http://[::1'>",
    "<meta http-equiv=refresh content='0;url=javascript:x'>",
    "<textarea>",
    "<template>",
    "<plaintext>",
    "</body></html>",
)
_HOSTS = ("/", "//", "http://[::1", "http://a:99999/", "javascript:", "data:,", "http://١.vn/", "?page=", "../" * 50)
_SIGNS = (
    "\x00",
    "\ufeff",
    "\u202e",
    "\u200b",
    "\u0301",
    "\ud7ff",
    "\uffff",
    "\x1b]0;x\x07",
    "\u2028",
    "\x85",
)
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16", "utf-32", "utf-7", "latin-1", "cp1258", "shift_jis")


def make_pages(count: int, *, seed: int, size: int) -> Iterator[bytes]:
    """Pages of about so many letters."""
    chance = random.Random(seed)
    for number in range(count):
        kind = _KINDS[number % len(_KINDS)]
        page = _HEAD + _BODY + "".join(kind(chance, size) for _ in range(chance.choice((1, 1, 2)))) + _BODY
        content = page.encode(chance.choice(_ENCODINGS) if chance.random() < 0.2 else "utf-8", "replace")
        yield _damage(content, chance) if chance.random() < 0.3 else content


def make_files(count: int, *, seed: int) -> Iterator[tuple[str, bytes]]:
    """Files with their names: damaged ones, and some that swell when they are opened."""
    chance = random.Random(seed)
    whole = (("a.pdf", notice_pdf()), ("a.docx", word()), ("a.xlsx", workbook()), ("a.rtf", rtf("Báo giá " * 50)))
    for number in range(count):
        if number % 4 == 3:
            yield _SWELLING[number // 4 % len(_SWELLING)]
        else:
            name, content = whole[chance.randrange(len(whole))]
            yield name, _damage(content, chance)


def read_hostile(name: str, content: bytes) -> bool:
    """Whether there was anything to read; what else happens than that is a fault of ours."""
    try:
        read_document(Document(url=f"https://bv.example/{name}", filename=name, content=content))
    except DocumentError:
        return False
    return True


def _nest(chance: random.Random, size: int) -> str:
    tags = chance.sample(_TAGS, chance.choice((1, 2, 3)))
    return "".join(f"<{tag}>" for tag in tags) * (size // 10) + "x"


def _attribute(chance: random.Random, size: int) -> str:
    name = chance.choice(_ATTRIBUTES)
    if chance.random() < 0.5:
        return f"<td {name}='{chance.choice(_PHRASES) * (size // 8)}'>x</td>"
    return "<a " + " ".join(f"{name}{n}=1" for n in range(size // 10)) + ">x</a>"


def _span(chance: random.Random, size: int) -> str:
    cell = f"<td colspan={chance.choice(_NUMBERS)} rowspan={chance.choice(_NUMBERS)}>{chance.choice(_PHRASES)}</td>"
    row = f"<tr>{cell * chance.choice((1, 5, 60))}</tr>"
    return f"<table><tr><th>STT<th>Tên hàng<th>ĐVT<th>Số lượng<th>Đơn giá</tr>{row * (size // len(row) + 1)}</table>"


def _repeat(chance: random.Random, size: int) -> str:
    phrase = "".join(chance.sample(_PHRASES, chance.choice((1, 1, 2))))
    sign = chance.choice(("", " ", "\n", "<br>", "</p><p>", "\u00a0", chance.choice(_SIGNS)))
    return f"<p>{(phrase + sign) * (size // len(phrase + sign))}</p>"


def _number(chance: random.Random, size: int) -> str:
    figure = chance.choice(_NUMBERS)
    said = (f"{figure}/{figure}/{figure}", f"{figure}.000 đồng", f"SL: {figure} cái", f"{figure}h{figure}")
    return "".join(f"<p>{chance.choice(_PHRASES)}{chance.choice(said)}</p>" for _ in range(size // 60))


def _link(chance: random.Random, size: int) -> str:
    host = chance.choice(_HOSTS)
    return "".join(f"<a href='{host}{n}.pdf'>{chance.choice(_PHRASES)}{n}</a> " for n in range(size // 40))


def _script(chance: random.Random, size: int) -> str:
    opened = chance.choice(_SCRIPTS)
    return opened * (size // len(opened)) if chance.random() < 0.5 else opened + '{"a":' * (size // 5)


def _entity(chance: random.Random, size: int) -> str:
    entity = chance.choice(("&#x110000;", "&#0;", "&amp;amp;", "&khong;", "&#xD800;", "&" * 8, "&#99999999999;"))
    return f"<p>{entity * (size // len(entity))}</p>"


def _sign(chance: random.Random, size: int) -> str:
    return f"<p>Bệnh viện {chance.choice(_SIGNS) * (size // 2)}{chance.choice(_PHRASES)}</p>"


_KINDS = (_nest, _attribute, _span, _repeat, _number, _link, _script, _entity, _sign)


def _damage(content: bytes, chance: random.Random) -> bytes:
    """The same cut off, with bytes changed, or with a part of it once more."""
    damaged = bytearray(content)
    for _ in range(chance.choice((1, 5, 50))):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    if chance.random() < 0.3:
        begin, end = sorted(chance.randrange(len(damaged)) for _ in range(2))
        damaged[begin:begin] = damaged[begin : min(end, begin + 5000)]
    return bytes(damaged[: chance.randrange(1, len(damaged))] if chance.random() < 0.3 else damaged)


def _swell(inside: str, piece: bytes, times: int) -> bytes:
    """An archive with one file that is as small as can be, and large when it is unpacked."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files, files.open(inside, "w", force_zip64=True) as out:
        for _ in range(times):
            out.write(piece)
    return packed.getvalue()


_LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
_SWELLING = (
    ("bomb.zip", _swell("a.txt", b"0" * 1_000_000, 90)),
    ("bomb.docx", _swell("word/document.xml", b"<w:p>" * 200_000, 60)),
    ("nested.zip", archive({"b.zip": archive({"c.zip": archive({"d.txt": b"x"})})})),
    ("slip.zip", archive({"../../etc/passwd": b"root", "/abs.txt": b"x", "C:\\a.txt": b"x", "a\x00b.txt": b"x"})),
    ("laughs.docx", archive({"word/document.xml": f'<!DOCTYPE a [<!ENTITY a0 "x">{_LAUGHS}]><a>&a11;</a>'.encode()})),
    ("deep.rtf", b"{\\rtf1 " + b"{" * 200_000 + b"x"),
    ("wide.csv", b"a," * 500_000 + b"\n" + b"b," * 500_000),
    ("deep.eml", b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\nContent-Type: message/rfc822\n\n" * 2000),
    ("large.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes.fromhex("0000ea600000ea600802000000") + b"\0" * 8),
    (
        "loop.pdf",
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]>>endobj\n",
    ),
    ("stream.pdf", b"%PDF-1.4\n1 0 obj<</Length 9/Filter/FlateDecode>>stream\n" + zlib.compress(b"0" * 50_000_000)),
)
