"""The OCDS export is valid against the standard's own schema, and tells each version as a release of one process."""

import gzip
import io
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft4Validator, Registry

from tests import TESTS
from timthau.config import Settings
from timthau.errors import DocumentError
from timthau.exchange.intake import import_file
from timthau.exchange.ocds import Publisher, build_releases, write_package
from timthau.model.award import Award, AwardItem
from timthau.model.award_line import AwardLine
from timthau.model.buyer import make_buyer_id
from timthau.model.effective import Effective, State
from timthau.model.moment import HANOI
from timthau.model.notice import Attachment, Contact, Item, Notice, NoticeKind, make_id
from timthau.model.relation import Basis, Relation, RelationKind
from timthau.model.supplier import Winner
from timthau.store.notice import Store

pytestmark = pytest.mark.slow

MakeNotice = Callable[..., Notice]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)
SCHEMAS = TESTS / "files" / "ocds"
DATES = {"date", "publishedDate", "startDate", "endDate", "datePublished"}


@pytest.fixture(scope="module")
def validator() -> Draft4Validator:
    release, package = (
        json.loads((SCHEMAS / f"{name}-schema.json").read_text("utf-8")) for name in ("release", "release-package")
    )
    return Draft4Validator(package, registry=Registry([(release["id"], release)]))


def _package(histories: Sequence[Sequence[Notice]], validator: Draft4Validator) -> list[dict[str, Any]]:
    """The releases of a package, which has to be valid."""
    out = io.BytesIO()
    write_package(histories, out, publisher=Publisher("ocds-000000"), published_at=NOW)
    package = json.loads(out.getvalue())
    assert [error.message for error in validator.iter_errors(package)] == []
    _check_formats(package)
    releases: list[dict[str, Any]] = package["releases"]
    assert len({(release["ocid"], release["id"]) for release in releases}) == len(releases)
    return releases


def _check_formats(value: Any, name: str = "") -> None:
    """Dates and addresses, whose form a validator of JSON Schema does not look at by itself."""
    if isinstance(value, dict):
        for key, part in value.items():
            _check_formats(part, key)
    elif isinstance(value, list):
        for part in value:
            _check_formats(part, name)
    elif name in DATES:
        assert datetime.fromisoformat(value).tzinfo is not None
    elif name in {"uri", "url"}:
        assert value.isascii()
        assert not set(' "<>\\^`{|}') & set(value)
    else:
        assert value is not None


def _seen(notice: Notice, *, version: int = 1, days: int = 0) -> Notice:
    return notice.at_version(version, first_seen_at=NOW, last_seen_at=NOW + timedelta(days=days))


@pytest.fixture
def full(make_notice: MakeNotice) -> Notice:
    return _seen(
        make_notice(
            kind=NoticeKind.INVITATION_TO_TENDER,
            title="Mua thủy tinh thể",
            buyer="Bệnh viện Mắt (MST: 2800123456)",
            province="Thanh Hóa",
            published_at=datetime(2026, 11, 20, 8, 30, tzinfo=HANOI),
            deadline_at=date(2026, 12, 1),
            amount_vnd=9_000_000_000_000,
            contacts=(Contact(name="Nguyễn Văn A", department="Phòng Vật tư", phone="0237 1", email="a@bv.example"),),
            submission_methods=("direct", "email", "egp"),
            items=(Item(name="Kính", specification="đơn tiêu", unit="cái", quantity=1.5), Item(name="Dao", position=1)),
            attachments=(
                Attachment(url="https://bv.example/tệp mời.pdf?a=[1]", filename="mời.pdf", media_type="a/pdf"),
            ),
            url="https://bv.example/mời thầu.html",
        )
    )


def test_a_tender_says_what_the_notice_says(full: Notice, validator: Draft4Validator) -> None:
    [release] = _package([[full]], validator)
    buyer = {"id": make_buyer_id("Bệnh viện Mắt"), "name": full.buyer}
    assert (release["ocid"], release["tag"], release["date"]) == (
        f"ocds-000000-{full.id}",
        ["tender"],
        "2026-11-20T08:30:00+07:00",
    )
    assert release["buyer"] == release["tender"]["procuringEntity"] == buyer
    [party] = release["parties"]
    assert party["roles"] == ["buyer", "procuringEntity"]
    assert party["identifier"]["id"] == "2800123456"
    assert party["contactPoint"] == {
        "name": "Nguyễn Văn A, Phòng Vật tư",
        "email": "a@bv.example",
        "telephone": "0237 1",
    }
    tender = release["tender"]
    assert tender["value"] == {"amount": 9_000_000_000_000, "currency": "VND"}
    assert tender["tenderPeriod"] == {"startDate": "2026-11-20T08:30:00+07:00", "endDate": "2026-12-01T23:59:59+07:00"}
    assert tender["items"] == [
        {"id": "1", "description": "Kính: đơn tiêu", "quantity": 1.5, "unit": {"name": "cái"}},
        {"id": "2", "description": "Dao"},
    ]
    assert tender["submissionMethod"] == ["electronicSubmission", "inPerson"]
    assert [document["title"] for document in tender["documents"]] == ["Mua thủy tinh thể", "mời.pdf"]


def test_versions_are_releases_of_one_process(full: Notice, validator: Draft4Validator) -> None:
    corrected = _seen(replace(full, title="Mua thuỷ tinh thể nhân tạo"), version=2, days=1)
    extended = _seen(replace(corrected, deadline_at=date(2026, 12, 8)), version=3, days=2)
    cancelled = _seen(replace(extended, kind=NoticeKind.CANCELLATION), version=4, days=3)
    awarded = _seen(replace(extended, kind=NoticeKind.AWARD), version=5, days=4)
    dearer = _seen(replace(awarded, amount_vnd=1), version=6, days=5)
    releases = _package([[full, corrected, extended, cancelled, awarded, dearer]], validator)
    assert {release["ocid"] for release in releases} == {f"ocds-000000-{full.id}"}
    assert [release["tag"] for release in releases] == [
        ["tender"],
        ["tenderUpdate"],
        ["tenderAmendment"],
        ["tenderCancellation"],
        ["award"],
        ["awardUpdate"],
    ]
    assert [release["date"][:10] for release in releases] == [f"2026-11-{day}" for day in (20, 24, 25, 26, 27, 28)]
    assert releases[3]["tender"]["status"] == "cancelled"
    assert releases[4]["awards"][0]["value"]["amount"] == 9_000_000_000_000
    assert "tender" not in releases[4]


def test_a_plan_is_planning(full: Notice, validator: Draft4Validator) -> None:
    plan = replace(full, kind=NoticeKind.PLAN)
    first, second = _package([[plan, _seen(replace(plan, amount_vnd=2), version=2, days=1)]], validator)
    assert (first["tag"], second["tag"]) == (["planning"], ["planningUpdate"])
    assert second["planning"]["budget"]["amount"] == {"amount": 2, "currency": "VND"}
    assert first["tender"]["status"] == "planned"


def test_a_notice_that_changes_another_is_a_release_of_that_process(
    full: Notice, make_notice: MakeNotice, validator: Draft4Validator
) -> None:
    said = {"title": "Thông báo gia hạn", "amends": full.id, "deadline_at": date(2026, 12, 9)}
    amendment = _seen(make_notice("b", kind=NoticeKind.AMENDMENT, **said))
    cancellation = _seen(make_notice("c", kind=NoticeKind.CANCELLATION, title="Hủy", amends=full.id, deadline_at=None))
    [_, amended, cancelled] = _package([[full], [amendment], [cancellation]], validator)
    assert amended["ocid"] == cancelled["ocid"] == f"ocds-000000-{full.id}"
    assert (amended["tag"], cancelled["tag"]) == (["tenderAmendment"], ["tenderCancellation"])
    assert amended["tender"]["id"] == full.id
    assert amended["tender"]["tenderPeriod"] == {"endDate": "2026-12-09T23:59:59+07:00"}
    assert amended["tender"]["amendments"][0]["description"] == "Thông báo gia hạn"
    assert "title" not in amended["tender"]
    assert cancelled["tender"]["status"] == "cancelled"


@pytest.mark.parametrize(
    ("state", "period"),
    [(State.EXTENDED, {"endDate": "2026-12-09T23:59:59+07:00"}), (State.CORRECTED, None), (None, None)],
)
def test_a_change_belongs_to_the_process_that_it_is_believed_to_change(
    full: Notice, make_notice: MakeNotice, state: State | None, period: dict[str, str] | None
) -> None:
    said = {"title": "Thông báo", "kind": NoticeKind.AMENDMENT, "deadline_at": date(2026, 12, 9)}
    change = _seen(make_notice("b", **said))
    amends = Relation(change.id, full.id, RelationKind.AMENDS, Basis.NUMBER, "12/tb", 0.95)
    publisher = Publisher(
        "ocds-000000", lambda _: [amends], {full.id: Effective(state=state)}.get if state else lambda _: None
    )
    [release] = build_releases([change], publisher)
    assert release["ocid"] == f"ocds-000000-{full.id if state else change.id}"
    if state:
        assert release["tender"].get("tenderPeriod") == period


def test_an_amendment_of_nothing_known_is_a_process_of_its_own(
    make_notice: MakeNotice, validator: Draft4Validator
) -> None:
    [release] = _package([[_seen(make_notice(kind=NoticeKind.AMENDMENT))]], validator)
    assert release["tag"] == ["tenderAmendment"]
    assert release["tender"]["title"]


@pytest.mark.parametrize("kind", [NoticeKind.AUCTION, NoticeKind.OTHER])
def test_what_is_no_purchase_has_no_release(
    kind: NoticeKind, full: Notice, make_notice: MakeNotice, validator: Draft4Validator
) -> None:
    other = _seen(make_notice("b", kind=kind))
    assert len(_package([[other], [full]], validator)) == 1
    with pytest.raises(DocumentError, match="no notice"):
        write_package([[other]], io.BytesIO(), publisher=Publisher("ocds-000000"), published_at=NOW)


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind not in {NoticeKind.AUCTION, NoticeKind.OTHER}])
def test_a_bare_notice_of_any_kind_is_valid(
    kind: NoticeKind, make_notice: MakeNotice, validator: Draft4Validator
) -> None:
    [release] = _package([[_seen(make_notice(kind=kind, deadline_at=None))]], validator)
    assert "parties" not in release
    assert release["date"] == "2026-11-23T09:00:00+07:00"


def test_releases_keep_their_ids_when_an_older_edition_is_found(full: Notice) -> None:
    old = replace(full, title="trước", published_at=datetime(2026, 11, 18, 8, 0, tzinfo=HANOI))
    [alone] = build_releases([full], Publisher("ocds-000000"))
    [older, later] = build_releases([_seen(old, version=0), full], Publisher("ocds-000000"))
    assert (older["tag"], later["tag"]) == (["tender"], ["tenderUpdate"])
    assert later["id"] == alone["id"]


def test_a_process_names_those_it_follows(full: Notice, make_notice: MakeNotice, validator: Draft4Validator) -> None:
    earlier = _seen(make_notice("earlier"))
    relation = Relation(full.id, earlier.id, RelationKind.REPEATS, Basis.TITLE, "97%", 0.92)
    publisher = Publisher("ocds-000000", lambda _notice_id: [relation])
    out = io.BytesIO()
    write_package([[earlier], [full]], out, publisher=publisher, published_at=NOW)
    package = json.loads(out.getvalue())
    assert next(validator.iter_errors(package), None) is None
    first, second = package["releases"]
    assert "relatedProcesses" not in first
    [process] = second["relatedProcesses"]
    assert (process["relationship"], process["identifier"]) == (["prior"], first["ocid"])
    assert process["title"] == "title 97%, 92%"


@given(text=st.text(min_size=1, max_size=40), address=st.text(max_size=40), quantity=st.floats(0, 1e15))
def test_odd_texts_are_valid(validator: Draft4Validator, text: str, address: str, quantity: float) -> None:
    notice = Notice(
        id="a",
        source="bv",
        source_key="a",
        url=f"https://bv.example/{address}",
        kind=NoticeKind.AWARD,
        title=text,
        buyer=text,
        items=(Item(name=text, quantity=quantity),),
        attachments=(Attachment(url=address, filename=text),),
    )
    _package([[_seen(notice)]], validator)


def test_all_real_tenders_are_exported_as_valid_releases(
    store: Store, settings: Settings, shared: Path, tmp_path: Path, validator: Draft4Validator
) -> None:
    corpus = tmp_path / "corpus.jsonl"
    with gzip.open(shared / "corpus" / "egp_medical.jsonl.gz") as packed:
        corpus.write_bytes(packed.read())
    import_file(store, corpus, progress=lambda _count: None)
    command = [sys.executable, "-m", "cli", "export", "--format", "ocds"]
    environment = {"TIMTHAU_HOME": str(settings.home), "TIMTHAU_DATABASE_URL": settings.database_url}
    out = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=120).stdout
    package = json.loads(out)
    assert len(package["releases"]) == 2870
    _check_formats(package)
    assert next(validator.iter_errors(package), None) is None
    # One release a line, so that tools of lines and streaming parsers can read it too.
    assert len(out.splitlines()) == 2870 + 2


def test_a_result_names_its_winners_and_what_each_thing_cost(full: Notice, validator: Draft4Validator) -> None:
    gauze = AwardItem(
        name="Gạc", unit="Cuộn", quantity=1200.0, unit_price_vnd=Decimal("4500.5"), maker="Bông Bạch Tuyết"
    )
    winner = Award(supplier="Công ty A", tax_code="0101234567", lot="Lô 1", amount_vnd=5_400_600, items=(gauze,))
    awards = (winner, replace(winner, lot="Lô 2", items=()), Award(supplier="Liên danh B - C"))
    [release] = _package([[replace(full, kind=NoticeKind.AWARD, awards=awards)]], validator)
    suppliers = [party for party in release["parties"] if party["roles"] == ["supplier"]]
    assert [party["name"] for party in suppliers] == ["Công ty A", "Liên danh B - C"]
    assert suppliers[0]["identifier"] == {"id": "0101234567", "legalName": "Công ty A"}
    first, second, third = release["awards"]
    assert (first["title"], first["value"]) == ("Lô 1", {"amount": 5_400_600, "currency": "VND"})
    assert first["suppliers"] == second["suppliers"] == [{"id": suppliers[0]["id"], "name": "Công ty A"}]
    assert first["items"] == [
        {
            "id": "1",
            "description": "Gạc, Bông Bạch Tuyết",
            "quantity": 1200.0,
            "unit": {"name": "Cuộn", "value": {"amount": 4500.5, "currency": "VND"}},
        }
    ]
    assert "value" not in third
    assert [(one["awardID"], one["status"], one.get("value")) for one in release["contracts"]] == [
        (award["id"], "pending", award.get("value")) for award in (first, second, third)
    ]
    assert release["tag"] == ["award", "contract"]
    [unnamed] = _package([[replace(full, kind=NoticeKind.AWARD, awards=())]], validator)
    assert "contracts" not in unnamed
    assert unnamed["tag"] == ["award"]


def test_award_lines_of_a_tender_are_one_release_with_an_award_for_each_decision_and_winner(
    store: Store, validator: Draft4Validator
) -> None:
    won = Winner(name="Công ty A", tax_code="0101234567")
    shared: dict[str, Any] = {"url": "https://egp.example/", "unit": "Cái", "buyer": "Bệnh viện Mắt", "province": "Huế"}
    lines = [
        AwardLine(
            id=make_id("egp-prices", str(number)),
            source="egp-prices",
            source_key=str(number),
            name=f"Kim {number}",
            suppliers=(won,) if number < 3 else (Winner(name="Công ty B"),),
            tender_number=tender,
            unit_price_vnd=Decimal("650.5"),
            amount_vnd=Decimal(6505),
            decided_at=date(2026, 3, 1),
            **shared,
        )
        for number, tender in enumerate(["IB2600000001"] * 4 + ["IB2600000002", None])
    ]
    store.awards.save_all(lines, NOW)
    assert [len(own) for own in store.awards.each_tender(batch=2)] == [4, 1]
    out = io.BytesIO()
    publisher = Publisher("ocds-000000", find_tender=store.find_tender)
    write_package([], out, publisher=publisher, published_at=NOW, tenders=store.awards.each_tender())
    package = json.loads(out.getvalue())
    assert [error.message for error in validator.iter_errors(package)] == []
    _check_formats(package)
    first, _ = package["releases"]
    assert first["ocid"] == f"ocds-000000-{make_id('muasamcong.mpi.gov.vn', 'IB2600000001')}"
    assert sorted((len(award["items"]), award["value"]["amount"]) for award in first["awards"]) == [
        (1, 6505),
        (3, 19515),
    ]
    assert [party.get("identifier") for party in first["parties"]] == [
        None,
        {"id": "0101234567", "legalName": "Công ty A"},
        None,
    ]
    assert first["parties"][1]["id"] == won.id
    assert {one["awardID"] for one in first["contracts"]} == {award["id"] for award in first["awards"]}
    assert first["tag"] == ["award", "contract"]
