"""The people and desks that answer questions about a notice."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.label import Concept
from crawler.extract.text.line import Line
from crawler.extract.text.passage import FoldedPassage
from timthau.model.notice import Contact
from timthau.text.fold import collapse_spaces

_EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,60}\s?@\s?[A-Za-z0-9-]{1,60}(?:\.[A-Za-z0-9-]{2,30}){1,4}")
# After a word for telephone; a tax code has ten digits too and is never called one.
_PHONE = re.compile(
    r"(?:dien thoai|so dt|dt|sdt|so dien thoai|tel|phone|hotline|di dong|zalo|lien he)(?: lien he| di dong| co dinh"
    r"|/fax|/zalo)?\s?(?:\([^()\d]{0,20}\))?\s?[:.]?\s?(?P<number>\(?\+?\d[\d\s.()-]{7,20}\d)"
)
# "0900 000 001" or "(028) 22536688" that stands alone on its line or in brackets behind a name.
_LONE_PHONE = re.compile(r"(?:^|[(\s,;-])(?P<number>\(?(?:\+84|0)\d{1,3}\)?[\s.]?\d{3,4}[\s.]?\d{3,4})(?=$|[\s).,;-])")
# "ông Dũng: 0904 111 222" anywhere.
_CALLED_PHONE = re.compile(
    r"\b(?:ong|ba|anh|chi|ds|bs|ths|cn|ks|d/c)\.?\s[a-z ]{2,30}\s?[:,(-]\s?(?P<number>(?:\+84"
    r"|0)\d{2,3}[\s.]?\d{3,4}[\s.]?\d{3,4})\b"
)
_PERSON = re.compile(
    r"\b(?P<title>(?:Ông|Bà|Anh|Chị|Đ/c|Đồng chí|ThS|TS|BS|DS|KS|CN|Ths|Bs|Ds|Ks|Cn|BSCK\w{0,6}|DSCK\w{0,6}|CKI{1,3}|ĐD"
    r"|Ds\.CKI{1,3})[.:]?\s?){1,5}(?P<name>[A-ZÀ-ỸĐ][\wà-ỹđ]*(?:\s[A-ZÀ-ỸĐ][\wà-ỹđ]*){1,4})"
)
_NAME = re.compile(r"(?:[A-ZÀ-ỸĐ][\wà-ỹđ]*\.?\s){1,4}[A-ZÀ-ỸĐ][\wà-ỹđ]*")
_DEPARTMENT = re.compile(
    r"\b(?:phong|khoa|ban|to|bo phan|van thu)\s(?:\w|[\s,&/–-](?=\S)){2,70}?(?=\s*(?:$|[.;:(]|,\s?(?:so|dien|dt|sdt"
    r"|email|e-mail|dia chi|benh|trung|tang|tel|\d)|\s-\s(?:benh|trung|so|truong)|\s(?:hoac|va nhan|theo|qua|truoc"
    r"|cua)\b))"
)
_ADDRESS = re.compile(
    r"(?:^|[\s,;(])dia chi(?!\s(?:e-?mail|mail|website|web|truy cap))(?: lien he| nhan"
    r"| tiep nhan)?\s?:\s?(?P<value>[^;]{8,200})"
)
_PERSON_LABEL = re.compile(r"(?:ho (?:va )?ten|nguoi (?:lien he|tiep nhan|phu trach|dai dien)|ong/? ?ba|can bo)\b")
_HOTLINE_OF_OTHERS = re.compile(r"\b(?:bao dau thau|duong day nong|he thong mang|tong dai)\b")
_SECTIONS = frozenset(
    {Concept.CONTACT, Concept.METHOD, Concept.REQUESTER, Concept.ASSET_OWNER, Concept.PROJECT_OWNER, Concept.UNIT}
)
_MOST = 5


def parse_contacts(passage: FoldedPassage) -> tuple[Contact, ...]:
    """The contacts of a notice, in order: what stands together in one section is one contact until a part repeats.

    Telephones as written, with single spaces; hotlines of newspapers and the portal are left out.
    """
    contacts: list[Contact] = []
    current = Contact()
    section: Concept | None = None
    for line in passage.lines:
        if not _is_about_contact(line):
            continue
        if line.section is not section:
            contacts.append(current)
            current, section = Contact(), line.section
        for part, value in _parts(line):
            if getattr(current, part) not in (None, value):
                if part in ("department", "address"):
                    continue
                contacts.append(current)
                current = Contact()
            current = replace(current, **{part: value})
    return _merge([*contacts, current])


def _is_about_contact(line: Line) -> bool:
    if _HOTLINE_OF_OTHERS.search(line.plain):
        return False
    return (
        line.section in _SECTIONS
        or "lien he" in line.plain
        or "@" in line.text
        or any(phone.search(line.plain) for phone in (_PHONE, _CALLED_PHONE))
    )


def _parts(line: Line) -> Iterator[tuple[str, str]]:
    """The parts of a contact that a line gives, in the order in which people give them."""
    person = _PERSON.search(line.text)
    labelled = _PERSON_LABEL.match(line.plain) or line.concept is Concept.CONTACT
    if person:
        yield "name", collapse_spaces(person[0])
    elif labelled and (name := _NAME.match(line.value)) and not _DEPARTMENT.match(fold_in_place(line.value)):
        yield "name", collapse_spaces(name[0])
    if line.section is Concept.CONTACT or "lien he" in line.plain:
        department = _DEPARTMENT.search(line.plain)
        if department:
            yield "department", collapse_spaces(line.text[department.start() : department.end()])
    for match in _PHONE.finditer(line.plain):
        yield "phone", _tidy_phone(match["number"])
    if not _PHONE.search(line.plain):
        for match in (_LONE_PHONE if line.section is Concept.CONTACT else _CALLED_PHONE).finditer(line.plain):
            yield "phone", _tidy_phone(match["number"])
    for match in _EMAIL.finditer(line.text):
        yield "email", re.sub(r"\s", "", match[0]).rstrip(".")
    address = _ADDRESS.search(line.plain)
    if address and "@" not in address["value"]:
        yield "address", _tidy_address(line.text[address.start("value") : address.end("value")])


def _tidy_phone(number: str) -> str:
    return collapse_spaces(number).strip(" .-")


def _tidy_address(value: str) -> str:
    cut = re.search(r"\.\s|[,;.(]?\s{0,3}(?:số )?(?:điện thoại|đt|sđt|tel|email|e-mail|fax)\b", value, re.IGNORECASE)
    return collapse_spaces(value[: cut.start()] if cut else value).strip(" .,;")


def _merge(contacts: list[Contact]) -> tuple[Contact, ...]:
    """Contacts that can be reached or name somebody, none twice; one that another says fully is left out."""
    kept: list[Contact] = []
    for contact in contacts:
        if not (contact.phone or contact.email or contact.name):
            continue
        if not any(_is_part_of(contact, other) for other in kept):
            kept = [other for other in kept if not _is_part_of(other, contact)] + [contact]
    return tuple(kept[:_MOST])


def _is_part_of(part: Contact, whole: Contact) -> bool:
    said = (part.name, part.phone, part.email)
    return all(mine in (None, its) for mine, its in zip(said, (whole.name, whole.phone, whole.email), strict=True))
