"""What is said when something does not go: in both languages, and without the database too."""

import pytest
from creneau.appointments.errors import SlotTaken
from creneau.context import Tenant
from creneau.refusals import InvalidInput, NotAllowed, NotFound, Refusal
from creneau_infra.postgres.errors import DatabaseUnavailableError
from creneau_web import access, tenancy
from creneau_web.app import Application, assembled
from creneau_web.auth.errors import CodeExpired, FormExpired, TooManyRequests
from creneau_web.errors import problem_of, written
from litestar import get
from structlog.testing import capture_logs

from tests.web.stage import Clients

REFUSALS = [
    NotFound(),
    NotAllowed(),
    SlotTaken(),
    CodeExpired(),
    FormExpired(),
    TooManyRequests(retry_after=90, minutes=2),
    InvalidInput({"name": "Écrivez un nom."}),
    DatabaseUnavailableError("away"),
    RuntimeError("secret detail"),
]


@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: type(error).__name__)
def test_every_error_has_a_page_without_a_request(error: Exception) -> None:
    body, media_type = written(problem_of(error), "/somewhere")
    assert media_type.startswith("text/html")
    assert b"<h1>" in body
    assert b"secret detail" not in body


@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: type(error).__name__)
def test_programs_get_problem_details(error: Exception) -> None:
    body, media_type = written(problem_of(error), "/api/v1/places")
    assert media_type == "application/problem+json"
    assert b"secret detail" not in body
    if isinstance(error, Refusal):
        assert f'"code":"{error.code}"'.encode() in body


async def test_what_is_not_there_is_said_as_the_data_that_was_asked_for(
    client: Clients, tenant: Tenant
) -> None:
    visitor = client(tenant)
    asked = {
        ("/nothing.json", "*/*"): "application/problem+json",
        ("/nothing.csv", "text/csv"): "text/plain; charset=utf-8",
        ("/nothing.json", "text/html,application/xhtml+xml,*/*;q=0.8"): "text/html; charset=utf-8",
        ("/nothing", "*/*"): "text/html; charset=utf-8",
    }
    for (path, accept), kind in asked.items():
        answer = await visitor.get(path, headers={"accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (404, kind), path
        open_to_all = "html" not in kind
        assert ("access-control-allow-origin" in answer.headers) is open_to_all


async def test_an_answer_names_its_charset_once(client: Clients, tenant: Tenant) -> None:
    visitor = client(tenant)
    for path, kind in (("/r/nothing", "html"), ("/branding.css", "css")):
        answer = await visitor.get(path)
        assert answer.headers["content-type"] == f"text/{kind}; charset=utf-8"


async def test_a_breakdown_is_logged_and_its_cause_is_not_told(
    app: Application, client: Clients, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    @get("/breaks", opt=access.public())
    async def breaks() -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(app, "tenant_app", assembled([breaks]))
    with capture_logs() as lines:
        answer = await client(tenant).get("/breaks")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert answer.headers["x-request-id"] in answer.text
    assert any(line["event"] == "request_failed" for line in lines)


async def test_without_the_database_the_page_says_so(
    client: Clients, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_host: str) -> None:
        raise DatabaseUnavailableError("away")

    monkeypatch.setattr(tenancy, "tenant_by_host", away)
    with capture_logs() as lines:
        french = await client(tenant).get("/")
        english = await client(tenant).get("/", headers={"accept-language": "en"})
    # An outage is known: a line a request, and no trace.
    told = [line for line in lines if line["event"] == "unavailable"]
    assert [line["error"] for line in told] == ["DatabaseUnavailableError"] * 2
    assert not any("exc_info" in line for line in lines)
    assert (french.status_code, english.status_code) == (503, 503)
    assert french.headers["retry-after"] == "10"
    assert '<html lang="fr"' in french.text
    assert '<html lang="en"' in english.text


async def test_the_access_log_holds_neither_secrets_nor_what_was_typed(
    client: Clients, tenant: Tenant
) -> None:
    with capture_logs() as lines:
        await client(tenant).get("/lien/a-secret-that-nobody-may-read?q=Zoé+Petit")
    line = next(line for line in lines if line["event"] == "request")
    assert line["route"] == "/lien/{token}"
    assert "a-secret" not in str(lines)
    assert "Petit" not in str(lines)
    assert "198.18." not in str(lines)
