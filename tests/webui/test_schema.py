"""The API keeps to its OpenAPI description, whatever is asked: requests are made up by schemathesis."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.site.webui import Site, build_notice, in_days, open_site
from timthau.model.notice import Attachment, Contact, Item
from webui.api.openapi import build_openapi

pytestmark = pytest.mark.usefixtures("at_now")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    notices = [build_notice(f"n{i}", title=f"Mua vật tư y tế đợt {i}", published_at=in_days(-i)) for i in range(30)]
    full = build_notice(
        "full",
        deadline_at=in_days(3),
        amount_vnd=1,
        contacts=(Contact(phone="1"),),
        items=(Item(name="Kính", quantity=1.5),),
        attachments=(Attachment(url="https://x.vn/a", filename="a.pdf", text="Kính", ocr=True),),
    )
    return open_site(tmp_path_factory.mktemp("site"), [*notices, full])


@schemathesis.openapi.from_dict(build_openapi("http://localhost")).parametrize()
@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_answers_are_as_described(case: Case, site: Site) -> None:
    site.client.application.extensions["timthau.limiter"].forget()
    case.call_and_validate(
        app=site.client.application,
        headers={"Accept-Encoding": "identity"},  # its client for applications cannot read compressed answers
        excluded_checks=[positive_data_acceptance],  # no pattern tells the days of a calendar from others: 31/02 is 400
    )
