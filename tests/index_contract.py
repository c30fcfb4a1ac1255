"""What every search engine must do: an engine's tests inherit the class and give a fixture `engine`, empty at first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from index.contract import Engine, Entity, Relaxation
from index.query import Query, Sort, Status
from timthau.model.moment import HANOI
from timthau.model.notice import Attachment, Guide, Item, Notice, NoticeKind
from timthau.model.purchase import Field

MakeNotice = Callable[..., Notice]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)


def found(engine: Engine, text: str, **wanted: Any) -> list[str]:
    """The source keys of what a query finds, best first."""
    return [hit.source_key for hit in engine.search(Query(text=text, **wanted), limit=100, now=NOW).hits]


class IndexContract:
    """The conformance suite."""

    @pytest.fixture
    def add(self, engine: Engine, make_notice: MakeNotice) -> Callable[..., None]:
        """Index notices given as key=title, or key={fields}."""

        def put(**notices: Any) -> None:
            batch = [make_notice(k, **(v if isinstance(v, dict) else {"title": v})) for k, v in notices.items()]
            engine.apply(batch, (), cursor=engine.cursor() + 1)

        return put

    # --- keeping documents

    def test_an_empty_engine_finds_nothing(self, engine: Engine) -> None:
        answer = engine.search(Query(text="máy thở"))
        assert (answer.total, answer.hits, engine.count(), engine.cursor()) == (0, (), 0, 0)
        assert engine.suggest("máy") == ()

    def test_the_cursor_is_that_of_the_last_batch(self, engine: Engine, make_notice: MakeNotice) -> None:
        engine.apply([make_notice()], (), cursor=7)
        assert (engine.cursor(), engine.count()) == (7, 1)

    def test_a_batch_that_is_older_than_the_index_is_ignored(self, engine: Engine, make_notice: MakeNotice) -> None:
        engine.apply([make_notice(title="máy thở")], (), cursor=7)
        engine.apply([make_notice(title="máy siêu âm")], (), cursor=6)
        assert (engine.cursor(), found(engine, "máy thở"), found(engine, "siêu âm")) == (7, ["a"], [])

    def test_a_batch_read_from_a_later_point_is_ignored(self, engine: Engine, make_notice: MakeNotice) -> None:
        engine.apply([make_notice()], (), cursor=9, since=5)
        assert (engine.cursor(), engine.count()) == (0, 0)

    def test_a_document_is_replaced_by_id(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Mua sắm máy thở")
        add(a="Mua sắm bông băng")
        assert engine.count() == 1
        assert found(engine, "bông băng") == ["a"]
        assert engine.search(Query(text='"máy thở"'), now=NOW).complete is False

    def test_removed_documents_are_gone(
        self, engine: Engine, add: Callable[..., None], make_notice: MakeNotice
    ) -> None:
        add(a="máy thở", b="máy thở cũ")
        engine.apply([], [make_notice("a").id, "unknown"], cursor=5)
        assert (engine.count(), found(engine, "máy thở")) == (1, ["b"])

    def test_the_same_document_twice_in_a_batch_counts_once(self, engine: Engine, make_notice: MakeNotice) -> None:
        engine.apply([make_notice(title="cũ"), make_notice(title="mới")], (), cursor=1)
        assert (engine.count(), found(engine, "mới")) == (1, ["a"])

    def test_guides_in_two_languages_share_a_slug(self, engine: Engine) -> None:
        vi = Guide(slug="vssid", title="Đăng nhập VssID", body="Mở ứng dụng")
        en = replace(vi, language="en", title="Log in to VssID", body="Open the app")
        engine.apply([vi, en], (), cursor=1)
        hits = engine.search(Query(text="vssid"), now=NOW).hits
        assert sorted((hit.entity, hit.id, hit.language) for hit in hits) == [
            (Entity.GUIDE, "vssid", "en"),
            (Entity.GUIDE, "vssid", "vi"),
        ]
        engine.apply([vi], ["vssid"], cursor=2)
        assert [hit.language for hit in engine.search(Query(text="vssid"), now=NOW).hits] == ["vi"]

    # --- Vietnamese

    def test_ways_of_typing_find_the_same(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Mua thuỷ tinh thể nhân tạo", b="Mua bông băng y tế", c="Thang máy cho nhà điều trị")
        for typed in (
            "thủy tinh thể",
            "thuỷ tinh thể",
            "thuy tinh the",
            "THỦY TINH THỂ",
            "thu\u0309y tinh the\u0302\u0309",
            "thuyr tinh theer",
            "thuy3 tinh the63",
            "thủytinh thể",
            "tinh thể thủy",
            "thủy tnh thể",
            "thũy tin tể",
            "thu ỷ tinh thể",
            "thuyrtinhtheer",
            "THUYR TINH THEER",
            "thuytinhthenhantao",
            "thủy tinh th",
            "cần mua thủy tinh thể giá rẻ",
            "bên em bán thuy tinh the có nơi nào cần không ạ",
        ):
            assert found(engine, typed)[:1] == ["a"], typed

    def test_a_letter_with_a_figure_is_no_key_of_vni(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Máy tính để bàn chạy êm", b="Giấy in ấn ị", c="Xe ô tô")
        for typed in ("máy tính để bàn i5", "giấy in a4"):
            answer = engine.search(Query(text=typed), now=NOW)
            assert {"ị", "ã"}.isdisjoint(" ".join((*answer.parts, *answer.also_searched)).split()), answer.parts
        assert found(engine, "xe o6 to6") == ["c"]

    def test_latin_words_beside_vietnamese_ones_are_no_slips(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Bảo trì lít đo", b="Bảo trì thang máy", c="Bảo trì lít chứa", d="Lít bảo trì")
        for typed in ("bảo trì lift", "bao tri lift", "lift bảo trì"):
            answer = engine.search(Query(text=typed), now=NOW)
            assert ([hit.source_key for hit in answer.hits], answer.suggestion) == (["b"], None), typed

    def test_words_in_another_order_with_a_slip_are_meant_in_that_of_documents(
        self, engine: Engine, add: Callable[..., None]
    ) -> None:
        add(
            a="Hệ thống máy thở", b="Hệ thống máy siêu âm", c="Chạy thận, kim lọc máu", d="Thở mau, hệ chậm", e="Ma túy"
        )
        for typed in ("mya tho he thong", "tho he thogn may", "than kim loc mau chaj"):
            answer = engine.search(Query(text=typed), now=NOW)
            assert answer.hits[0].source_key == ("c" if "loc" in typed else "a"), typed
            assert answer.relaxed == (), typed

    def test_accents_that_are_typed_count(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Mua bơm tiêm", b="Mua bom tiêm", c="Mua bờm tiêm", d="Các mặt hàng", e="Khoa mắt")
        for literal in (False, True):
            for sort in Sort:
                assert found(engine, "bơm tiêm", sort=sort, literal=literal) == ["a"], literal
                assert sorted(found(engine, "bom tiem", sort=sort, literal=literal)) == ["a", "b", "c"], literal
                assert found(engine, "mắt", sort=sort, literal=literal) == ["e"], literal

    def test_a_wrong_tone_still_finds_and_says_so(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Mua bơm tiêm", b="Mua máy thở")
        answer = engine.search(Query(text="bờm tiêm"), now=NOW)
        assert [hit.source_key for hit in answer.hits] == ["a"]
        assert (answer.relaxed, answer.suggestion) == ((Relaxation.ACCENTS,), "bơm tiêm")
        assert found(engine, "bờm tiêm", literal=True) == []

    # --- what stands together

    def test_words_of_a_wish_stand_together(self, engine: Engine, add: Callable[..., None]) -> None:
        add(
            a={"title": "Mua băng phim X-quang"},
            b={"title": "Vật tư", "items": (Item(name="Phim y tế"), Item(name="Băng dính"))},
            c={"title": "Vật tư", "items": (Item(name="Băng cuộn", specification="phim"), Item(name="Băng phim"))},
            d={"title": "Vật tư", "text": "Mua phim, băng\nBăng dính các loại để dán lên phim"},
            e={"title": "Băng dính các loại để dán lên phim"},
        )
        for literal in (False, True):
            for sort in Sort:
                answer = engine.search(Query(text="băng phim", sort=sort, literal=literal), now=NOW)
                assert sorted(hit.source_key for hit in answer.hits) == ["a", "c", "d"], literal
                assert (answer.total, answer.broader_total, answer.relaxed) == (3, 2, ()), literal
                assert sum(count for _, count in answer.facets["kind"]) == 3, literal

    def test_what_has_the_words_apart_is_offered_below(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a={"title": "Vật tư", "text": "Băng\nphim"}, b="Mua thuốc và phim, sau đó có cả băng", c="Khác: băng phim")
        answer = engine.search(Query(text="băng phim", broader=True), now=NOW)
        assert [hit.source_key for hit in answer.hits][:1] == ["c"]
        assert (answer.total, answer.broader_total) == (3, 2)
        assert found(engine, "băng phim") == ["c"]

    def test_several_wishes_stand_together_each(self, engine: Engine, add: Callable[..., None]) -> None:
        lens = (Item(name="Thủy tinh thể nhân tạo"), Item(name="Găng tay"))
        add(
            a={"title": "Mua vật tư năm 2026", "buyer": "Bệnh viện Mắt Thanh Hóa", "items": lens},
            b={"title": "Mua vật tư năm 2025", "buyer": "Bệnh viện Mắt Nghệ An", "items": lens},
            c={"title": "Bệnh viện Mắt Thanh Hóa mua bàn tinh dầu, thể thao, nước thủy"},
            d={"title": "Mua khẩu trang", "items": lens},
        )
        for literal in (False, True):
            answer = engine.search(Query(text="thủy tinh thể bệnh viện mắt thanh hóa", literal=literal), now=NOW)
            assert [hit.source_key for hit in answer.hits] == ["a"]
            assert answer.parts == ("thủy tinh thể", "bệnh viện mắt thanh hóa")
            assert found(engine, "thủy tinh thể năm 2026", literal=literal) == ["a"]
            assert found(engine, "găng tay, khẩu trang", literal=literal) == ["d"]
        assert found(engine, "găng tay khẩu trang") == ["d"]

    def test_words_on_one_line_are_nearer_than_words_on_several(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Bàn mổ đa năng chạy điện nghiêng", b={"title": "Bàn nghiêng", "text": "Ca mổ"})
        answer = engine.search(Query(text="bàn mổ nghiêng"), now=NOW)
        assert ([hit.source_key for hit in answer.hits], answer.relaxed) == (["a"], (Relaxation.LINE,))
        assert (answer.complete, answer.broader_total) == (True, 1)
        assert found(engine, "bàn mổ nghiêng", literal=True) == []

    def test_a_measure_stands_on_a_line_with_its_goods(self, engine: Engine, add: Callable[..., None]) -> None:
        add(
            a={"title": "Vật tư", "items": (Item(name="Kim luồn tĩnh mạch ngoại vi có cánh, có cửa, 22G"),)},
            b={"title": "Vật tư", "items": (Item(name="Kim luồn 24G"), Item(name="Kim bướm 22G"))},
        )
        for literal in (False, True):
            assert found(engine, "kim luồn 22G", literal=literal) == ["a"], literal

    def test_a_year_that_no_document_says_is_that_of_publication(
        self, engine: Engine, add: Callable[..., None]
    ) -> None:
        add(
            a={"title": "Mua kim luồn 22G", "published_at": datetime(2026, 3, 2, tzinfo=HANOI)},
            b={"title": "Mua kim luồn 22G", "published_at": datetime(2025, 3, 2, tzinfo=HANOI)},
            c={"title": "Mua bông năm 2025", "published_at": datetime(2024, 3, 2, tzinfo=HANOI)},
            d={"title": "Mua bông", "published_at": datetime(2025, 3, 2, tzinfo=HANOI)},
        )
        answer = engine.search(Query(text="kim luồn 22G năm 2026"), now=NOW)
        assert [hit.source_key for hit in answer.hits] == ["a"]
        assert [reading.words for reading in answer.understood] == ["năm 2026"]
        assert (answer.relaxed, answer.parts) == ((), ("kim luồn 22G",))
        assert found(engine, "mua bông năm 2025") == ["c"]
        assert found(engine, "kim luồn 22G năm 2026", literal=True) == []

    def test_a_wish_that_nothing_has_is_cut(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Bột bó thạch cao", b="Bó bột chân", c={"title": "Phòng vải", "text": "Bột mì\nBó hoa"})
        answer = engine.search(Query(text="phòng bó bột"), now=NOW)
        assert ([*sorted(hit.source_key for hit in answer.hits)], answer.relaxed) == (["a", "b"], (Relaxation.FEWER,))
        assert (answer.complete, answer.parts) == (False, ("bó bột",))

    def test_what_is_given_up_is_named(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a={"title": "Vật tư", "text": "Băng\nphim"}, b="Thuốc")
        answer = engine.search(Query(text="băng phim"), now=NOW)
        assert ([hit.source_key for hit in answer.hits], answer.relaxed) == (["a"], (Relaxation.APART,))
        assert (answer.complete, answer.broader_total) == (True, 0)
        assert found(engine, "băng phim", literal=True) == []
        most = engine.search(Query(text="băng phim trilogy"), now=NOW)
        assert (most.complete, most.relaxed) == (False, (Relaxation.MOST,))

    def test_latin_words_are_not_mended_into_vietnamese_ones(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Mua máy lên men", b="Bảo trì thiết bị lít", c="Monofocal intraocular lens")
        assert found(engine, "intraocular lens") == found(engine, "intraocular lenz") == ["c"]
        assert found(engine, "lift maintenance") == []
        assert found(engine, "lens") == ["c"]

    def test_neighbouring_words_beat_those_with_another_between(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Mua dây, băng dính cuộn to các loại", b="Mua dây và băng cuộn to các loại")
        assert found(engine, "băng cuộn to") == ["b", "a"]

    def test_a_word_may_be_written_with_another_for_its_place(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Mua kim luồn tĩnh mạch", b="Mua kim luồng tĩnh mạch", c="Mua kim tĩnh mạch")
        for literal in (False, True):
            assert sorted(found(engine, "kim luồng|luồn tĩnh mạch", literal=literal)) == ["a", "b"]
        assert found(engine, "kim luồng tĩnh mạch", literal=True) == ["b"]

    def test_abbreviations_work_both_ways_and_say_so(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Mua VTYT năm 2026", b="Mua vật tư y tế năm 2026", c="Mua máy chiếu năm 2026")
        assert found(engine, "VTYT") == ["a", "b"]
        assert sorted(found(engine, "vật tư y tế")) == ["a", "b"]
        assert "vật tư y tế" in engine.search(Query(text="VTYT"), now=NOW).also_searched
        assert found(engine, "VTYT", expand=False) == ["a"]
        assert engine.search(Query(text="VTYT", expand=False), now=NOW).also_searched == ()

    def test_synonyms_find_what_is_called_otherwise_and_are_named(
        self, engine: Engine, add: Callable[..., None]
    ) -> None:
        add(a="Mua găng tay y tế", b="Mua bao tay y tế", c="Mua bơm tiêm 10ml")
        answer = engine.search(Query(text="bao tay y tế"), now=NOW)
        assert [hit.source_key for hit in answer.hits] == ["b", "a"]
        assert "găng tay y tế" in answer.also_searched
        assert found(engine, "ống chích 10cc") == found(engine, "syringes") == ["c"]
        assert found(engine, "syringes", expand=False) == []

    def test_a_wish_in_plain_words_filters_and_says_how_it_was_read(
        self, engine: Engine, make_notice: MakeNotice
    ) -> None:
        of = {"a": ("Gia Lai", 4), "b": ("Gia Lai", 900), "c": ("Bình Định", 3), "d": (None, 2)}
        notices = [
            make_notice(key, title="Mua máy siêu âm", province=province, amount_vnd=millions * 10**6)
            for key, (province, millions) in of.items()
        ]
        engine.apply(notices, (), cursor=1)
        answer = engine.search(Query(text="may sieu am duoi 500 trieu o gia lai"), now=NOW)
        assert sorted(hit.source_key for hit in answer.hits) == ["a", "c"]
        assert [reading.words for reading in answer.understood] == ["duoi 500 trieu", "o gia lai"]
        assert found(engine, "máy siêu âm trừ Gia Lai") == ["d"]
        assert found(engine, "máy siêu âm trừ Gia Lai", literal=True) == []

    def test_words_that_say_something_are_not_taken_for_slips_of_what_documents_have(
        self, engine: Engine, make_notice: MakeNotice
    ) -> None:
        engine.apply(
            [make_notice("a", title="Mua túi đóng thuốc sắc đông y"), make_notice("b", title="Thuốc")], (), cursor=1
        )
        answer = engine.search(Query(text="thuốc sắp đóng"), now=NOW)
        assert ([reading.words for reading in answer.understood], answer.total) == (["sắp đóng"], 0)

    @pytest.mark.parametrize(("typed", "hits"), [("thuê xe", []), ("thuê xét", []), ("tứ xét nghiệm", ["a"])])
    def test_a_slip_keeps_the_tone_that_was_typed(
        self, engine: Engine, add: Callable[..., None], typed: str, hits: list[str]
    ) -> None:
        add(a="Bộ thứ xét nghiệm", b="Thuê nhà", c="Xe")
        answer = engine.search(Query(text=typed), now=NOW)
        assert [hit.source_key for hit in answer.hits if not answer.relaxed] == hits

    def test_what_is_searched_again_is_said_again(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Mua găng tay", b="Mua máy thở")
        for typed in ("bao tay", "máy thởo", "máy thơ"):
            first, second = (engine.search(Query(text=typed), now=NOW) for _ in range(2))
            assert replace(first, took_ms=0) == replace(second, took_ms=0)
        add(c="Mua máy thơ")
        assert found(engine, "máy thơ") == ["c"]

    def test_a_word_that_was_cut_off_is_none(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Mua sắm thiết bị của hệ thống y tế cơ sở", b="Mua sắm thiết bị t")
        assert found(engine, "Mua sắm thiết bị của hệ thống y t…") == ["a"]

    def test_both_micro_signs_are_one(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Đầu lọc 0,45 \u00b5m", b="Đầu lọc 0,45 \u03bcm")
        assert sorted(found(engine, "0,45 \u00b5m", literal=True)) == ["a", "b"]

    def test_codes_are_found_however_they_are_written(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Hóa chất máy XN-L550", b="Hóa chất máy XN 1000", c="Hóa chất máy ABX 60")
        for typed in ("XN-L 550", "XNL550", "xn-l550", "XNL 550", "xnl-550"):
            assert found(engine, typed)[0] == "a", typed

    def test_forms_of_the_field_need_not_be_there_but_work_alone(
        self, engine: Engine, add: Callable[..., None]
    ) -> None:
        add(a="Mua máy thở", b="Gói thầu mua bông băng")
        assert found(engine, "gói thầu máy thở") == ["a"]
        assert found(engine, "gói thầu") == ["b"]

    def test_best_of_most_words_when_none_has_all(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="máy thở xách tay", b="máy in", c="bông băng")
        answer = engine.search(Query(text="máy thở xách tay philips trilogy"), now=NOW)
        assert (answer.complete, [hit.source_key for hit in answer.hits]) == (False, ["a"])

    def test_a_misspelt_word_is_pointed_out(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Mua hóa chất xét nghiệm", b="Mua bông băng")
        answer = engine.search(Query(text="hóa chất xét nghệm"), now=NOW)
        assert [hit.source_key for hit in answer.hits] == ["a"]
        assert answer.suggestion == "hóa chất xét nghiệm"

    def test_a_suggestion_has_the_accents_of_its_place(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Mua thủy tinh thể", b="Bệnh viện tỉnh", c="Sở Y tế tỉnh", d="Kho bạc tỉnh")
        suggestions = {
            text: engine.search(Query(text=text), now=NOW).suggestion
            for text in ("thủy tnh thể", "thuy tnh the", "bệnh viện tnh", "thủy tinh")
        }
        assert suggestions == {
            "thủy tnh thể": "thủy tinh thể",
            "thuy tnh the": "thuy tinh the",
            "bệnh viện tnh": "bệnh viện tỉnh",
            "thủy tinh": None,
        }

    def test_questions_are_answered_by_guides(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Phần mềm đăng nhập một lần cho tài khoản bệnh viện", b="Mua máy in")
        guide = Guide(slug="vssid", title="Đăng nhập VssID bằng tài khoản VNeID", body="Tài khoản định danh mức 2")
        engine.apply([guide], (), cursor=9)
        for text in ("không đăng nhập được vssid", "làm sao đăng nhập tài khoản", "dang nhap vneid"):
            assert engine.search(Query(text=text), now=NOW).hits[0].id == "vssid", text

    def test_a_form_of_the_field_alone_asks_for_notices(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Yêu cầu báo giá thiết bị", b="Mua máy in")
        guide = Guide(slug="g", title="Yêu cầu báo giá", body="Yêu cầu báo giá. Cách trả lời yêu cầu báo giá.")
        engine.apply([guide], (), cursor=9)
        assert engine.search(Query(text="yêu cầu báo giá"), now=NOW).hits[0].entity is Entity.NOTICE
        assert engine.search(Query(text="cách trả lời yêu cầu báo giá"), now=NOW).hits[0].id == "g"

    # --- the query language

    def test_operators_of_the_query_language(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="máy thở Philips", b="máy thở Drager", c="bông và băng", d="băng, bông")
        assert found(engine, "máy thở -philips") == ["b"]
        assert sorted(found(engine, "philips OR drager")) == ["a", "b"]
        assert found(engine, '"bông và băng"') == ["c"]
        assert sorted(found(engine, "bông*")) == ["c", "d"]
        assert found(engine, 'băng -"băng, bông"') == ["c"]

    def test_odd_queries_are_no_errors(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="máy thở")
        for text in ('"', "-", "OR", "((", "tinh:", "han:x", "*", "💊 \x00", '""', "a" * 5000, "- -"):
            engine.search(Query(text=text), now=NOW)
            engine.suggest(text)

    def test_filters_in_words_and_in_fields(self, engine: Engine, add: Callable[..., None]) -> None:
        plan = {"kind": NoticeKind.PLAN, "title": "máy thở", "province": "Thanh Hóa", "amount_vnd": 2_500_000_000}
        add(a=plan, b={"title": "máy thở", "province": "Nghệ An", "buyer": "Bệnh viện Mắt"})
        for text in ("máy thở loai:ke-hoach", "máy thở tinh:thanh-hoa", "máy thở gia:>=2ty", 'tỉnh:"thanh hoá"'):
            assert found(engine, text) == ["a"], text
        assert found(engine, 'ben-moi-thau:"benh vien mat"') == ["b"]
        assert found(engine, "", provinces=("THANH HOÁ",)) == ["a"]
        assert found(engine, "", provinces=("?",)) == found(engine, "", buyers=("…",)) == []
        assert found(engine, "", kinds=(NoticeKind.PLAN, NoticeKind.AWARD)) == ["a"]
        assert found(engine, "", max_amount=2_500_000_000, min_amount=2_500_000_000) == ["a"]

    def test_a_province_of_today_finds_those_that_went_into_it(self, engine: Engine, add: Callable[..., None]) -> None:
        places = {"a": "Gia Lai", "b": "tỉnh Bình Định", "c": "Thành phố Đà Nẵng", "d": "Quảng Nam", "e": "Kon Tum"}
        add(**{key: {"title": "máy thở", "province": place} for key, place in places.items()})
        for text in ("tinh:gia-lai", 'máy thở tỉnh:"GIA LAI"'):
            assert sorted(found(engine, text)) == ["a", "b"], text
        answer = engine.search(Query(text="máy thở", provinces=("Đà Nẵng",)), now=NOW)
        assert sorted(hit.source_key for hit in answer.hits) == ["c", "d"]
        assert answer.also_searched == ("Quảng Nam",)
        assert found(engine, "", provinces=("Bình Định",)) == ["b"]
        assert found(engine, "", provinces=("Gia Lai",), expand=False) == ["a"]
        facet = engine.search(Query(text="máy thở"), now=NOW).facets["province"]
        assert facet == (("Gia Lai", 2), ("Đà Nẵng", 2), ("Quảng Ngãi", 1))

    def test_words_of_a_province_of_today_find_the_others_below(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Máy thở cho bệnh viện Bình Định", b="Máy thở cho bệnh viện Gia Lai", c="Máy thở cho bệnh viện Hà Nội")
        assert found(engine, "máy thở gia lai") == ["b", "a"]
        assert found(engine, "máy thở bình định") == ["a"]

    def test_days_include_both_ends_in_hanoi(self, engine: Engine, add: Callable[..., None]) -> None:
        late = datetime(2026, 11, 20, 23, 30, tzinfo=HANOI)
        add(a={"published_at": late, "deadline_at": date(2026, 12, 1)}, b={"published_at": None, "deadline_at": None})
        assert found(engine, "", published_from=date(2026, 11, 20), published_to=date(2026, 11, 20)) == ["a"]
        assert found(engine, "", published_from=date(2026, 11, 21)) == []
        assert found(engine, "", deadline_to=date(2026, 12, 1)) == ["a"]
        assert found(engine, "", deadline_to=date(2026, 11, 30)) == []

    def test_open_and_closed_leave_out_what_has_no_deadline(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a={"deadline_at": NOW.date()}, b={"deadline_at": NOW - timedelta(minutes=1)}, c={"deadline_at": None})
        assert found(engine, "", status=Status.OPEN) == ["a"]
        assert found(engine, "", status=Status.CLOSED) == ["b"]
        assert len(found(engine, "")) == 3

    # --- literal queries

    def test_a_literal_query_keeps_its_language(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Mua thuỷ tinh thể", b="Mua VTYT", c="Mua hóa chất máy XN-L550", d="Máy thở Philips", e="Máy thở Drager")
        add(f="Tư vấn kỹ thuật", g="Mua bơm tiêm", h="Mua bom tiem")
        for typed, hits in (
            ("thuy tinh the", ["a"]),
            ("tinh thể thủy", ["a"]),
            ("gói thầu thủy tinh thể", ["a"]),
            ("vat tu y te", ["b"]),
            ("XNL550", ["c"]),
            ("philips OR drager", ["d", "e"]),
            ("máy thở -philips", ["e"]),
            ("máy thở -drager", ["d"]),
            ("máy thở -phi*", ["e"]),
            ('"máy thở"', ["d", "e"]),
            ("ky*", ["f"]),
            ("kỹ*", ["f"]),
            ('"bơm tiêm"', ["g"]),
            ("bơm tiêm", ["g"]),
            ("bom tiem", ["g", "h"]),
        ):
            assert sorted(found(engine, typed, literal=True)) == hits, typed

    def test_a_literal_query_mends_and_gives_up_nothing(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Mua thuỷ tinh thể", b="Mua bóng đèn")
        for typed in (
            "thủy tnh thể",
            "thủytinh thể",
            "thuyr tinh theer",
            "thủy tinh thể alcon",
            '"tinh thể thủy"',
            '"thủy thể"',
            "thủy tinh -thể",
            "bong bong",
        ):
            answer = engine.search(Query(text=typed, literal=True), now=NOW)
            assert [hit.source_key for hit in answer.hits] == (["b"] if typed == "bong bong" else []), typed
            assert (answer.complete, answer.suggestion) == (True, None), typed

    def test_the_beginning_of_a_word_finds_every_word(self, engine: Engine, add: Callable[..., None]) -> None:
        add(**{f"k{i:03}": f"Mua máy m{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(150)})
        for literal in (False, True):
            assert engine.search(Query(text="m*", literal=literal), now=NOW).total == 150
            assert engine.search(Query(text="mb*", literal=literal), now=NOW).total == 26

    def test_a_guide_beside_notices_changes_no_literal_answer(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Phần mềm đăng nhập", b="Mua máy in")
        engine.apply([Guide(slug="g", title="Đăng nhập VssID", body="Mở ứng dụng")], (), cursor=9)
        answer = engine.search(Query(text="dang nhap", literal=True), now=NOW)
        assert [hit.source_key for hit in answer.hits if hit.entity is Entity.NOTICE] == ["a"]
        assert sum(count for _, count in answer.facets["kind"]) == 1

    # --- the answer

    def test_orders(self, engine: Engine, add: Callable[..., None]) -> None:
        days = {"a": 1, "b": 3, "c": 2}
        add(**{k: {"published_at": date(2026, 1, d), "deadline_at": NOW + timedelta(days=d)} for k, d in days.items()})
        add(d={"published_at": None, "deadline_at": None}, e={"deadline_at": NOW - timedelta(days=1)})
        assert found(engine, "", sort=Sort.NEWEST)[:3] == ["b", "c", "a"]
        assert found(engine, "", sort=Sort.DEADLINE) == ["a", "c", "b", "e", "d"]

    def test_what_is_bought_filters_and_counts(self, engine: Engine, add: Callable[..., None]) -> None:
        add(
            a="Mua hóa chất, vật tư y tế",
            b="Bảo trì máy thở",
            c="Gói thầu thuộc dự toán năm 2026",
            d={"title": "Mua hóa chất đợt 2", "deadline_at": None},
        )
        answer = engine.search(Query(fields=(Field.CHEMICAL,)), now=NOW)
        assert {hit.source_key for hit in answer.hits} == {"a", "d"}
        assert answer.facets["field"] == (("chemical", 2), ("consumable", 1))
        either = Query(fields=(Field.CONSUMABLE, Field.MAINTENANCE))
        assert {hit.source_key for hit in engine.search(either, now=NOW).hits} == {"a", "b"}
        assert engine.search(Query(text="linh-vuc:thuoc"), now=NOW).total == 0

    def test_sources_filter_and_count_and_guides_are_of_none(self, engine: Engine, make_notice: MakeNotice) -> None:
        one, other = (make_notice(key, title="Mua kính") for key in "ab")
        guide = Guide(slug="kinh", title="Mua kính", body="Mua kính")
        engine.apply([one, replace(other, source="bv-khac"), guide], (), cursor=1)
        assert found(engine, "kính", sources=("bv-khac",)) == ["b"]
        counts = dict(engine.search(Query(text="kính", sources=("bv-khac",)), now=NOW).facets["source"])
        assert counts == {"bv-khac": 1}
        assert sum(count for _, count in engine.search(Query(text="kính"), now=NOW).facets["source"]) == 2

    def test_spans_count_what_their_filters_find(self, engine: Engine, add: Callable[..., None]) -> None:
        for number, (back, ahead, amount) in enumerate(
            [(0, 1, 10**8), (6, 7, 5 * 10**8), (29, 30, 6 * 10**9), (40, -9, 0), (40, -1 / 24, 0)]
        ):
            add(
                **{
                    str(number): {
                        "title": "Máy thở",
                        "published_at": NOW - timedelta(days=back),
                        "deadline_at": NOW + timedelta(days=ahead),
                        "amount_vnd": amount,
                    }
                }
            )
        today = NOW.date()
        facets = engine.search(Query(text="máy thở"), now=NOW).facets
        assert facets["status"] == (("open", 3), ("closed", 2))
        assert facets["published"] == (("1", 1), ("7", 2), ("30", 3))
        assert facets["deadline"] == (("3", 2), ("7", 3), ("30", 4))
        assert facets["closing"] == (("7", 2),)  # not what closed an hour ago
        for days, count in facets["published"]:
            first = today - timedelta(days=int(days) - 1)
            assert engine.search(Query(published_from=first), now=NOW).total == count
        for days, count in facets["deadline"]:
            last = today + timedelta(days=int(days))
            assert engine.search(Query(deadline_from=today, deadline_to=last), now=NOW).total == count
        for span, count in facets["amount"]:
            low, high = (int(end) if end else None for end in span.split(".."))
            assert engine.search(Query(min_amount=low, max_amount=high), now=NOW).total == count
        assert [span for span, _ in facets["amount"]] == [
            "..100000000",
            "100000000..500000000",
            "500000000..1000000000",
            "5000000000..",
        ]

    def test_facets_count_all_matches_not_only_the_page(self, engine: Engine, add: Callable[..., None]) -> None:
        for i, province in enumerate(("Thanh Hóa", "Thanh Hoá", "Nghệ An", None)):
            add(**{f"k{i}": {"title": "máy thở", "province": province, "buyer": "BV Mắt"}})
        engine.apply([Guide(slug="g", title="máy thở", body="")], (), cursor=99)
        answer = engine.search(Query(text="máy thở"), limit=1, now=NOW)
        assert (answer.total, len(answer.hits)) == (5, 1)
        assert answer.facets["kind"] == (("request_for_quotation", 4),)
        assert answer.facets["buyer"] == (("BV Mắt", 4),)
        assert [count for _, count in answer.facets["province"]] == [2, 1]

    def test_facets_may_be_left_out_and_all_else_is_the_same(self, engine: Engine, add: Callable[..., None]) -> None:
        add(**{f"k{i}": "máy thở" for i in range(3)})
        engine.apply([Guide(slug="g", title="máy thở", body="")], (), cursor=99)
        less, more = (engine.search(Query(text="máy thở"), limit=2, now=NOW, counts=wanted) for wanted in (False, True))
        assert (more.counted, more.total, more.notice_total) == (True, 4, 3)
        assert less.facets == (more.facets if less.counted else {})
        unlike = {"facets": {}, "counted": True, "took_ms": 0.0}
        assert replace(less, **unlike) == replace(more, **unlike)
        again = engine.search(Query(text="máy thở"), limit=1, now=NOW, counts=False)
        assert (again.counted, again.facets) == (True, more.facets)  # what is known costs nothing

    def test_of_many_names_found_equally_often_the_first_by_their_letters_are_given(
        self, engine: Engine, add: Callable[..., None]
    ) -> None:
        names = [f"BV {word} {number}" for word in ("Đa khoa", "Em") for number in range(100, 160)]
        add(**{f"k{i}": {"title": "máy thở", "buyer": name} for i, name in enumerate(names)})
        facet = engine.search(Query(text="máy thở"), now=NOW).facets["buyer"]
        assert {name for name, _ in facet} == set(names[:100])

    def test_pages_of_one_query_do_not_overlap(self, engine: Engine, add: Callable[..., None]) -> None:
        add(**{f"k{i}": "máy thở" for i in range(25)})
        pages = [engine.search(Query(text="máy thở"), limit=10, offset=o, now=NOW) for o in (0, 10, 20, 30)]
        assert [len(page.hits) for page in pages] == [10, 10, 5, 0]
        assert len({hit.id for page in pages for hit in page.hits}) == 25

    @pytest.mark.parametrize("sort", Sort)
    @pytest.mark.parametrize("text", ["máy thở", "đăng nhập vssid", ""])
    def test_pages_go_on_behind_each_other_while_notices_come_and_go(
        self, engine: Engine, add: Callable[..., None], sort: Sort, text: str
    ) -> None:
        guides = [Guide(slug="vssid-vneid", title="Đăng nhập VssID", body="", language=code) for code in ("vi", "en")]
        engine.apply(guides, (), cursor=1)
        days = {f"k{i}": date(2026, 1, 1) + timedelta(days=i % 7) for i in range(9)}
        about = {"title": f"{text} loại thường", "deadline_at": NOW + timedelta(days=2)}
        add(**{key: about | {"published_at": day} for key, day in days.items()})
        seen: list[str] = []
        wanted = [hit.id for hit in engine.search(Query(text=text, sort=sort), limit=20, now=NOW).hits]
        answer = engine.search(Query(text=text, sort=sort), limit=1, now=NOW)
        for number in range(20):
            seen += [hit.id for hit in answer.hits]
            if answer.end is None:
                break
            add(**{f"new{number}": about | {"published_at": NOW, "deadline_at": NOW + timedelta(days=1)}})
            answer = engine.search(Query(text=text, sort=sort), limit=1, after=answer.end, now=NOW)
        assert [key for key in seen if key in wanted] == wanted

    def test_a_page_goes_on_where_its_last_notice_stood_before_it_moved_or_went(
        self, engine: Engine, add: Callable[..., None], make_notice: MakeNotice
    ) -> None:
        add(**{f"k{i}": {"title": "máy thở", "published_at": date(2026, 1, 9 - i)} for i in range(6)})
        for sort in (Sort.RELEVANCE, Sort.NEWEST):
            end = engine.search(Query(text="máy thở", sort=sort), limit=2, now=NOW).end
            add(k1={"title": "máy thở", "published_at": date(2025, 1, 1)})
            following = engine.search(Query(text="máy thở", sort=sort), limit=2, after=end, now=NOW)
            assert [hit.source_key for hit in following.hits] == ["k2", "k3"]
            add(k1={"title": "máy thở", "published_at": date(2026, 1, 8)})
        engine.apply([], [make_notice("k1").id], cursor=engine.cursor() + 1)
        following = engine.search(Query(text="máy thở", sort=Sort.NEWEST), limit=2, after=end, now=NOW)
        assert [hit.source_key for hit in following.hits] == ["k2", "k3"]
        with pytest.raises(ValueError, match="place"):
            engine.search(Query(text="máy thở"), after=(1, 2), now=NOW)

    def test_passages_mark_matches_as_the_document_writes_them(self, engine: Engine, make_notice: MakeNotice) -> None:
        text = "Kính gửi các đơn vị.\nBệnh viện cần Thuỷ  tinh thể nhân tạo cho khoa Mắt.\nTrân trọng."
        engine.apply([make_notice(title="Mời báo giá THỦY TINH THỂ", text=text)], (), cursor=1)
        passages = engine.search(Query(text="thuy tinh the"), now=NOW).hits[0].passages
        assert [(p.where, p.parts) for p in passages] == [
            ("title", ("Mời báo giá ", "THỦY TINH THỂ", "")),
            ("text", ("Bệnh viện cần ", "Thuỷ tinh thể", " nhân tạo cho khoa Mắt.")),
        ]
        assert engine.search(Query(text="thuy tinh the"), now=NOW, passages=False).hits[0].passages == ()

    def test_a_passage_of_a_file_says_the_page_and_whether_it_was_read_from_a_scan(
        self, engine: Engine, make_notice: MakeNotice
    ) -> None:
        files = (
            Attachment(url="https://x.vn/a", filename="kính.pdf", text="một\n\f\n\fkính lúp\n\fbốn", ocr=True),
            Attachment(url="https://x.vn/b", filename="b.docx", text="đèn khe"),
        )
        engine.apply([make_notice(title="Mua sắm", attachments=files)], (), cursor=1)

        def places(words: str) -> list[tuple[str | None, int | None, bool]]:
            passages = engine.search(Query(text=words), now=NOW).hits[0].passages
            return [(p.filename, p.page, p.ocr) for p in passages if p.where == "attachment"]

        assert places("kính lúp")[0] == ("kính.pdf", 3, True)
        assert places("bốn") == [("kính.pdf", 4, True)]
        assert places("kính.pdf") == [("kính.pdf", None, True), ("kính.pdf", 3, True)]
        assert places("đèn khe") == [("b.docx", None, False)]

    def test_suggestions_complete_the_last_word(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a={"title": "Mua kim luồn tĩnh mạch", "buyer": "Bệnh viện Mắt"}, b="Mua kim tiêm")
        assert engine.suggest("kim lu") == ("Mua kim luồn tĩnh mạch",)
        assert engine.suggest("benh vien m") == ("Bệnh viện Mắt",)
        assert engine.suggest("zzz") == ()

    def test_suggestions_forgive_a_slip(self, engine: Engine, add: Callable[..., None]) -> None:
        add(a="Kim luồn tĩnh mạch các cỡ", b="Bông gạc", c="Máy thở")
        for typed in ("kim luồm", "kmi luồn t", "kim lồun tĩnh", "kim luoonf tix", "km luo"):
            assert engine.suggest(typed) == ("Kim luồn tĩnh mạch các cỡ",), typed
