"""Notices that try everything a crawled document might: markup, scripts, endless words, letters that turn the line."""

from datetime import datetime, timedelta

from timthau.model.moment import HANOI
from timthau.model.notice import Attachment, Contact, Item, Notice, NoticeKind, make_id

_SOURCE = "trang-la"
_MARKUP = '<script>window.broken = 1</script><img src=x onerror="window.broken=1"><b>đậm</b> &amp; "ngoặc"'
_ENDLESS = "Thuỷtinhthểnhântạo" * 20


def list_hostile_notices(present: datetime | None = None) -> list[Notice]:
    """The notices; deadlines lie a few days after the present."""
    present = present or datetime.now(HANOI)
    return [
        _build(
            "markup",
            title=f"Yêu cầu báo giá kính hiển vi {_MARKUP}",
            buyer=f"Bệnh viện {_MARKUP}",
            deadline_at=present + timedelta(days=3),
            deadline_text=f"Hạn nộp: {_MARKUP}",
            contacts=(Contact(name=_MARKUP, phone="javascript:alert(1)", email="x@y.vn?bcc=z@z.vn&body=<b>"),),
            items=(Item(name=f"Kính {_MARKUP}", specification=_MARKUP, unit="<td>", quantity=1.5),),
            attachments=(
                Attachment(url="javascript:window.broken=1", filename="<b>danh mục</b>.pdf", text=_MARKUP, ocr=True),
                Attachment(url="data:text/html,<script>window.broken=1</script>", filename="x.html"),
            ),
            text=f"{_MARKUP}\n</div></main></body>{_MARKUP}",
        ),
        _build(
            "endless",
            title=f"Mua {_ENDLESS}",
            buyer=_ENDLESS,
            province=_ENDLESS,
            reference_number="1/" * 200,
            items=tuple(Item(position=n, name=_ENDLESS, unit=_ENDLESS, quantity=1e15) for n in range(200)),
            attachments=(Attachment(url="https://x.vn/a", filename=f"{_ENDLESS}.pdf", text=_ENDLESS),),
            text=_ENDLESS,
            amount_vnd=10**17,
        ),
        _build(
            "signs",
            title="Mua \u202eđảo chiều\u202c \ufeff 😀 n\u0302\u0301\u0323\u0323\u0323 " + "\u0301" * 30,
            kind=NoticeKind.CANCELLATION,
            url="javascript:window.broken=1",
            text="\u2028\u2029\u0007 ñuôi",
        ),
    ]


def _build(key: str, **said: object) -> Notice:
    values: dict[str, object] = {
        "url": f"https://trang-la.example/{key}?a=1&b=<2>",
        "kind": NoticeKind.REQUEST_FOR_QUOTATION,
        "published_at": datetime(2026, 1, 5, 8, 0, tzinfo=HANOI),
    }
    return Notice(id=make_id(_SOURCE, key), source=_SOURCE, source_key=key, **(values | said))
