import re
from typing import Any

import httpx
import msgspec
import pytest
from creneau.context import Tenant
from creneau.tokens.rules import SCOPES
from creneau.webhooks.rules import CHOICES, TEST
from creneau.webhooks.schemas import BookingMessage, TrialMessage
from creneau_web.access import Access
from creneau_web.api.operations import operations
from creneau_web.api.routes import OPERATIONS
from creneau_web.app import Application, handlers_of

from tests.web.stage import Clients


async def described(visitor: httpx.AsyncClient, language: str) -> dict[str, Any]:
    answer = await visitor.get("/api/v1/openapi.json", headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.feature("T-13")
@pytest.mark.parametrize("language", ["fr", "en"])
async def test_every_route_is_described_and_nothing_else(
    app: Application, client: Clients, tenant: Tenant, language: str
) -> None:
    routes = {
        (re.sub(r"\{(\w+):uuid\}", r"{\1}", route.path), method.lower())
        for route, handler in handlers_of(app.tenant_app)
        if route.path.startswith("/api/") and handler.name != "api.openapi"
        for method in handler.http_methods
    }
    told = (await described(client(tenant), language))["paths"]
    assert {(path, method) for path, methods in told.items() for method in methods} == routes


async def test_the_description_speaks_both_languages(client: Clients, tenant: Tenant) -> None:
    french, english = [await described(client(tenant), language) for language in ("fr", "en")]
    path = french["paths"]["/api/v1/slots"]["get"], english["paths"]["/api/v1/slots"]["get"]
    assert path[0]["summary"] == "Chercher les créneaux libres"
    assert path[1]["summary"] == "Search for free slots"


async def test_references_lead_somewhere_and_ids_are_unique(
    client: Clients, tenant: Tenant
) -> None:
    told = await described(client(tenant), "fr")
    text = msgspec.json.encode(told).decode()
    used = set(re.findall(r"#/components/schemas/(\w+)", text))
    assert used == set(told["components"]["schemas"])
    every = [one for methods in told["paths"].values() for one in methods.values()]
    assert len({one["operationId"] for one in every}) == len(every)
    for one in every:
        assert {"401", "403", "429", "503"} <= set(one["responses"])
        assert "token" in one["security"][0]


def test_examples_are_what_they_are_examples_of() -> None:
    for told in operations().values():
        read = msgspec.convert(told.example, told.answer)
        assert msgspec.json.decode(msgspec.json.encode(read)) == told.example
        for body in told.body_examples.values():
            assert told.body is not None
            msgspec.convert(body, told.body)


def test_every_operation_needs_a_scope_that_tokens_can_have() -> None:
    needed: list[Access] = [handler.opt["access"] for handler in OPERATIONS]
    assert {access.kind for access in needed} == {"api"}
    assert {access.right for access in needed} == set(SCOPES)


@pytest.mark.feature("T-13")
async def test_what_receivers_are_posted_is_described_too(client: Clients, tenant: Tenant) -> None:
    told = (await described(client(tenant), "fr"))["webhooks"]
    assert set(told) == {*CHOICES, TEST}
    for event, methods in told.items():
        shape = TrialMessage if event == TEST else BookingMessage
        (media,) = methods["post"]["requestBody"]["content"].values()
        shown = media["examples"][event]["value"]
        assert media["schema"]["$ref"].endswith(shape.__name__)
        assert msgspec.json.decode(msgspec.json.encode(msgspec.convert(shown, shape))) == shown
        assert {"webhook-id", "webhook-timestamp", "webhook-signature"} == {
            one["name"] for one in methods["post"]["parameters"]
        }
