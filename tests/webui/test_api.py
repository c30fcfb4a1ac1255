"""The API answers as its own description says, page by page, and refuses what it cannot use."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.site.webui import Site, build_notice, in_days, open_site
from timthau.model.notice import Attachment, Contact, Item, Notice, NoticeKind
from webui.http.limit import Limiter

pytestmark = pytest.mark.usefixtures("at_now")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    notices = [
        build_notice(f"n{i}", title=f"Mua vật tư y tế đợt {i}", published_at=in_days(-i), province="Gia Lai")
        for i in range(45)
    ]
    full = build_notice(
        "full",
        title="Mua kính hiển vi",
        deadline_at=in_days(3),
        amount_vnd=1,
        contacts=(Contact(phone="1"),),
        items=(Item(name="Kính", quantity=1.5), Item(name="Đèn")),
        attachments=(Attachment(url="https://x.vn/a", filename="a.pdf", ocr=True),),
    )
    return open_site(tmp_path_factory.mktemp("site"), [*notices, full])


@pytest.fixture(autouse=True)
def fresh_limit(site: Site) -> None:
    site.client.application.extensions["timthau.limiter"].forget()


def ask(site: Site, path: str, *, status: int = 200) -> Any:
    answer = site.client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == ("application/json" if status == 200 else "application/problem+json")
    return answer.get_json(force=True)


def check_described(site: Site, path: str, data: Any, status: str = "200") -> None:
    """Hold an answer against the schema that the API's description has for it."""
    described = ask(site, "/api/v1/openapi.json")
    [content] = described["paths"][path]["get"]["responses"][status]["content"].values()
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": described["components"]}
    jsonschema_rs.validate(schema | content["schema"], data)


def test_a_search_answers_as_described(site: Site) -> None:
    data = ask(site, "/api/v1/notices?q=kinh+hien+vi")
    check_described(site, "/api/v1/notices", data)
    [found] = data["notices"]
    assert found["title"] == "Mua kính hiển vi"
    assert found["deadline_at"] == "2026-11-26T09:00:00+07:00"
    assert found["page"].endswith(f"/notices/{found['id']}")
    assert any(part["match"] for passage in found["passages"] for part in passage["parts"])


def test_one_notice_and_its_versions_answer_as_described(site: Site) -> None:
    notice = build_notice("full")
    data = ask(site, f"/api/v1/notices/{notice.id}")
    check_described(site, "/api/v1/notices/{id}", data)
    assert Notice.from_json(data).items[0].quantity == 1.5
    versions = ask(site, f"/api/v1/notices/{notice.id}/versions")
    check_described(site, "/api/v1/notices/{id}/versions", versions)
    assert [version["version"] for version in versions["versions"]] == [1]


def test_following_next_repeats_nothing_while_notices_arrive(tmp_path: Path) -> None:
    site = open_site(tmp_path, [build_notice(f"a{n}", published_at=in_days(-n)) for n in range(9)])
    address, seen = "/api/v1/notices?limit=3&sort=newest", []
    while address:
        data = ask(site, address)
        seen += [notice["source_key"] for notice in data["notices"]]
        address = data["next"] and "{0.path}?{0.query}".format(urlsplit(data["next"]))
        site.save(*(build_notice(f"b{len(seen)}{n}", published_at=in_days(1)) for n in range(4)))
    assert seen == [f"a{n}" for n in range(9)]


def test_a_page_begins_behind_the_one_before_though_its_last_notice_has_moved(tmp_path: Path) -> None:
    site = open_site(tmp_path, [build_notice(f"a{n}", published_at=in_days(-n)) for n in range(14)])
    data = ask(site, "/api/v1/notices?limit=3&sort=newest")
    later = [build_notice(f"b{n}", published_at=in_days(1)) for n in range(7)]
    site.save(*later, build_notice("a2", published_at=in_days(-20)))  # the last one of the page stands elsewhere now
    following = ask(site, "{0.path}?{0.query}".format(urlsplit(data["next"])))
    assert [notice["source_key"] for notice in following["notices"]] == ["a3", "a4", "a5"]
    assert ask(site, "{0.path}?{0.query}".format(urlsplit(following["next"])))["notices"][0]["source_key"] == "a6"


def test_following_next_gives_every_notice_once(site: Site) -> None:
    seen: list[str] = []
    address: str | None = "/api/v1/notices?q=vat+tu&limit=20&sort=newest"
    while address:
        data = ask(site, address)
        seen += [found["title"] for found in data["notices"]]
        address = data["next"] and "{0.path}?{0.query}".format(urlsplit(data["next"]))
    assert seen == [f"Mua vật tư y tế đợt {i}" for i in range(45)]


def test_facets_count_the_notices(site: Site) -> None:
    assert ask(site, "/api/v1/notices?q=vat+tu")["facets"]["province"] == [{"value": "Gia Lai", "count": 45}]


@pytest.mark.parametrize(
    "query",
    [
        "kind=nonsense",
        "page=abc",
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=zz",
        "cursor=e30",
        "cursor=eyJvIjogMSwgImsiOiBbMV19",
        "cursor=WzEsIDEsIDIsIDMsIDRd",  # a place in another order
        "cursor=WzFlOTk5LCAxLCAyLCAzXQ",
        "from=x",
        "min_amount=-",
    ],
)
def test_what_cannot_be_used_is_a_problem_that_names_it(site: Site, query: str) -> None:
    data = ask(site, f"/api/v1/notices?{query}", status=400)
    check_described(site, "/api/v1/notices", data, "400")
    assert query.split("=", maxsplit=1)[0] in data["detail"]


@pytest.mark.parametrize("path", ["/api/v1/notices/none", "/api/v1/notices/none/versions", "/api/v1/none", "/api/none"])
def test_what_is_not_there_is_a_problem(site: Site, path: str) -> None:
    assert ask(site, path, status=404)["status"] == 404


def test_a_wrong_method_names_the_right_ones(site: Site) -> None:
    answer = site.client.post("/api/v1/notices")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.mimetype == "application/problem+json"


def test_changes_can_be_followed_without_missing_any(site: Site) -> None:
    data = ask(site, "/api/v1/changes")
    check_described(site, "/api/v1/changes", data)
    assert {change["entity"] for change in data["changes"]} == {"notice", "guide"}
    assert ask(site, f"/api/v1/changes?since={data['cursor']}") == {
        "changes": [],
        "cursor": data["cursor"],
        "more": False,
    }
    ask(site, "/api/v1/changes?since=-1", status=400)


def test_changes_come_in_answers_of_a_chosen_size(site: Site) -> None:
    all_changes = ask(site, "/api/v1/changes")["changes"]
    seen: list[Any] = []
    data = {"cursor": 0, "more": True}
    while data["more"]:
        data = ask(site, f"/api/v1/changes?since={data['cursor']}&limit=2")
        assert len(data["changes"]) <= 2
        seen += data["changes"]
    assert seen == all_changes
    ask(site, "/api/v1/changes?limit=1001", status=400)


def test_a_notice_names_those_it_belongs_to(tmp_path: Path) -> None:
    said = {"title": "Mua máy thở", "buyer": "Bệnh viện Mắt", "amount_vnd": 5}
    first = build_notice("a", published_at=in_days(-30), **said)
    again = build_notice("b", published_at=in_days(-2), **said)
    site = open_site(tmp_path, [first, again])
    data = ask(site, f"/api/v1/notices/{first.id}")
    check_described(site, "/api/v1/notices/{id}", data)
    [related] = data["related"]
    assert (related["id"], related["kind"], related["is_later"]) == (again.id, "repeats", True)
    assert related["page"].endswith(f"/notices/{again.id}")


def test_a_change_tells_old_and_new(tmp_path: Path) -> None:
    notice = build_notice("a", deadline_at=in_days(3))
    site = open_site(tmp_path, [notice])
    start = ask(site, "/api/v1/changes")["cursor"]
    site.save(replace(notice, deadline_at=in_days(8), attachments=(Attachment(url="u", filename="Gia hạn.pdf"),)))
    site.save(replace(notice, deadline_at=in_days(8), kind=NoticeKind.CANCELLATION))
    extended, cancelled = ask(site, f"/api/v1/changes?since={start}")["changes"]
    assert (extended["change"], extended["version"], extended["id"]) == ("extended", 2, notice.id)
    assert extended["fields"] == [
        {"field": "deadline_at", "old": "2026-11-26T09:00:00+07:00", "new": "2026-12-01T09:00:00+07:00"}
    ]
    assert extended["lines"] == [{"field": "attachments", "removed": [], "added": ["Gia hạn.pdf"], "more": 0}]
    assert (cancelled["change"], cancelled["version"], cancelled["kind"]) == ("cancelled", 3, "cancellation")


def test_suggestions_come_in_both_forms(site: Site) -> None:
    data = ask(site, "/api/v1/suggest?q=mua+v")
    check_described(site, "/api/v1/suggest", data)
    assert data["suggestions"]
    browser = json.loads(site.get("/api/v1/suggest/browser?q=mua+v"))
    assert browser == ["mua v", data["suggestions"]]
    assert ask(site, "/api/v1/suggest")["suggestions"] == []


def test_an_unchanged_answer_is_not_sent_again(site: Site) -> None:
    first = site.client.get("/api/v1/notices?q=vat+tu", headers={"Accept-Encoding": "gzip"})
    again = site.client.get("/api/v1/notices?q=vat+tu", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.data


def test_pages_of_other_sites_may_read(site: Site) -> None:
    for answer in (
        site.client.get("/api/v1/notices"),
        site.client.options("/api/v1/notices"),
        site.client.get("/api/v1/x"),
    ):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert {"ETag", "Retry-After"} <= set(answer.headers["Access-Control-Expose-Headers"].split(", "))
    asked_before = site.client.options("/api/v1/notices").headers
    assert asked_before["Access-Control-Allow-Headers"] == "If-None-Match"


def test_every_json_route_is_described_and_the_other_way_round(site: Site) -> None:
    described = set(ask(site, "/api/v1/openapi.json")["paths"])
    routes = {re.sub("<[a-z]+_id>", "{id}", rule.rule) for rule in site.client.application.url_map.iter_rules()}
    undescribed = {"/api/v1/", "/api/v1/openapi.json", "/api/v1/suggest/browser", "/api/v1/<path:_unknown>"}
    assert described == {rule for rule in routes if rule.startswith("/api/")} - undescribed


def test_the_description_can_be_read_by_people(site: Site) -> None:
    html = site.get("/api/v1/")
    assert "GET /api/v1/notices/{id}" in html
    assert "quotation_validity_days" in html


def test_too_many_requests_are_told_when_to_come_back(site: Site) -> None:
    limiter = site.client.application.extensions["timthau.limiter"]
    answer = site.client.get("/api/v1/suggest")
    assert int(answer.headers["RateLimit-Remaining"]) == int(answer.headers["RateLimit-Limit"]) - 1
    for _ in range(2 * limiter.burst):  # the bucket refills a little meanwhile
        answer = site.client.get("/api/v1/suggest")
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert site.client.get("/guides").status_code == 200


def test_a_bucket_refills_and_clients_do_not_share_it() -> None:
    limiter = Limiter(per_minute=60, burst=2)
    assert [limiter.take("a", 0.0)[0] for _ in range(3)] == [True, True, False]
    assert limiter.take("b", 0.0)[0]
    assert limiter.take("a", 0.0)[2] == 1
    assert limiter.take("a", 1.0)[0]
    assert not limiter.take("a", 1.0)[0]


def test_a_limiter_forgets_the_quietest_client_when_full() -> None:
    limiter = Limiter(per_minute=1, burst=1, most_clients=2)
    for moment, client in enumerate("abc"):
        assert limiter.take(client, float(moment))[0]
    assert not limiter.take("b", 3.0)[0]
    assert limiter.take("a", 3.0)[0]


@given(st.dictionaries(st.sampled_from(["q", "kind", "cursor", "limit", "page", "open", "to"]), st.text(), max_size=3))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_parameters_give_an_answer_or_a_problem(site: Site, parameters: dict[str, str]) -> None:
    query = "&".join(f"{name}={quote(text, errors='surrogatepass')}" for name, text in parameters.items())
    answer = site.client.get(f"/api/v1/notices?{query}")
    assert answer.status_code in {200, 400, 429}
