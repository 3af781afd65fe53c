"""Creating a space from the platform's own address, as a form and by whatever else is typed."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest
from creneau.agents import service as agents
from creneau.agents.links.service import INVITATION
from creneau.context import Tenant, acting_for
from creneau.database import tenant_transaction
from creneau_tenants import addresses
from creneau_tenants import service as tenants
from creneau_web.app import Application, create_app
from structlog.testing import capture_logs

from tests.web.stage import Clients, Visitor, new_address

SPACE = "/inscription/espace"
SENT = "/inscription/envoyee"


def new_slug() -> str:
    return f"s{uuid4().hex[:12]}"


def typed(slug: str, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Ville de Clairval",
        "kind": "town",
        "territory": "FR",
        "slug": slug,
        "plugins": ["counter"],
        "first_name": "Odile",
        "last_name": "Brun",
        "email": "odile.brun@clairval.example",
        "locale": "fr",
        "terms_accepted": "yes",
        **changes,
    }


async def sign_up(visitor: Visitor, fields: Mapping[str, Any]) -> httpx.Response:
    return await visitor.submit(SPACE, fields)


async def test_the_first_page_says_what_it_is_and_leads_on(client: Clients) -> None:
    visitor = client("localhost")
    first = await visitor.get("/")
    assert 'href="/inscription"' in first.text
    english = await visitor.get("/?lang=en")
    assert "Create a space" in english.text
    for path in ("/inscription", "/conditions", "/accessibilite"):
        assert (await visitor.get(path)).status_code == 200


async def test_a_real_platform_names_nobody_and_takes_sign_ups(
    app: Application, tenant: Tenant
) -> None:
    settings = msgspec.structs.replace(app.settings, environment="production")
    try:
        visitor = Visitor(create_app(settings), "localhost", new_address())
        first = await visitor.get("/")
        assert first.status_code == 200
        assert 'href="/inscription"' in first.text
        assert tenant.slug not in first.text
        assert (await visitor.get("/inscription")).status_code == 200
        assert (await visitor.get("/_mailbox")).status_code == 404
        await visitor.aclose()
    finally:
        addresses.configure(app.settings)


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("", {"name", "kind"}),
        ("?name=Clairval", {"kind"}),
        ("?name=Clairval&kind=circus", {"kind"}),
    ],
)
async def test_the_first_question_must_be_answered(
    client: Clients, query: str, fields: set[str]
) -> None:
    page = await client("localhost").get(f"{SPACE}{query}")
    assert page.status_code == 422
    assert {name for name in ("name", "kind") if f'id="{name}-error"' in page.text} == fields


async def test_an_address_and_the_verticals_of_such_an_organisation_are_proposed(
    client: Clients,
) -> None:
    name = f"Ville de {new_slug()}"
    page = await client("localhost").get(f"{SPACE}?name={name}&kind=town")
    assert page.status_code == 200
    assert f'value="{name.removeprefix("Ville de ")}"' in page.text
    assert re.search(r'value="counter" checked', page.text)
    assert not re.search(r'value="lms" checked', page.text)


async def test_a_space_is_created_and_a_message_waits_for_its_administrator(
    client: Clients,
) -> None:
    visitor, slug = client("localhost"), new_slug()
    with capture_logs() as lines:
        answer = await sign_up(visitor, typed(slug))
    assert (answer.status_code, answer.headers["location"]) == (303, SENT)
    assert "odile" not in str(lines).lower()
    sent = await visitor.get(SENT)
    assert "odile.brun@clairval.example" in sent.text
    space = await tenants.tenant_by_slug(slug)
    assert (space.state, space.tenant.plugins) == ("onboarding", {"counter"})
    async with tenant_transaction(space.tenant.id) as tx:
        waiting = await tx.rows("SELECT kind, payload::text AS payload FROM outbox")
    assert [row["kind"] for row in waiting] == [INVITATION]
    assert "odile" not in waiting[0]["payload"].lower()


async def test_only_the_browser_that_created_a_space_sees_where_the_message_went(
    client: Clients,
) -> None:
    await sign_up(client("localhost"), typed(new_slug()))
    assert (await client("localhost").get(SENT)).status_code == 404
    forged = client("localhost")
    forged.cookies.set("space", "eA.1.eA", domain=forged.cookie_domain)
    assert (await forged.get(SENT)).status_code == 404


async def test_a_message_is_sent_again_to_a_corrected_address(client: Clients) -> None:
    visitor, slug = client("localhost"), new_slug()
    await sign_up(visitor, typed(slug, email="odile.brun@clairvla.example"))
    wrong = await visitor.submit(SENT, {"email": "odile"})
    assert wrong.status_code == 422
    right = await visitor.submit(SENT, {"email": "Odile.Brun@clairval.example"})
    assert right.status_code == 303
    space = (await tenants.tenant_by_slug(slug)).tenant
    with acting_for(space):
        assert [one.email for one in await agents.agents()] == ["odile.brun@clairval.example"]
    async with tenant_transaction(space.id) as tx:
        assert await tx.value("SELECT count(*) FROM outbox WHERE kind = $1", INVITATION) == 2


async def test_what_was_typed_stays_and_each_fault_is_named(client: Clients) -> None:
    fields = typed("api", first_name="", email="odile@", locale="xx", terms_accepted="")
    page = await sign_up(client("localhost"), fields)
    assert page.status_code == 422
    for name in ("slug", "first_name", "email", "locale", "terms_accepted"):
        assert f'href="#{name}"' in page.text
    assert 'value="Brun"' in page.text
    assert 'value="odile@"' in page.text
    assert re.search(r'value="counter" checked', page.text)
    assert "réservée" in page.text
    assert "<title>Erreur : " in page.text.replace("\u00a0", " ")
    named = re.findall(r'<a href="#(slug|first_name|email|terms_accepted)"', page.text)
    assert named == ["slug", "first_name", "email", "terms_accepted"]


async def test_of_two_sign_ups_at_once_the_second_is_shown_free_addresses(
    client: Clients,
) -> None:
    slug = new_slug()
    fields = [typed(slug, name=f"Ville de {slug}", email=f"{n}@clairval.example") for n in (1, 2)]
    visitors = [client("localhost") for _ in fields]
    answers = await asyncio.gather(*map(sign_up, visitors, fields))
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    late = next(answer for answer in answers if answer.status_code == 422)
    assert "déjà prise" in late.text
    free = re.findall(r'name="other_slug" value="([a-z0-9-]+)"', late.text)
    assert len(free) == 3
    again = await sign_up(
        visitors[answers.index(late)],
        {**fields[answers.index(late)], "other_slug": free[0]},
    )
    assert again.status_code == 303
    assert (await tenants.tenant_by_slug(free[0])).state == "onboarding"


@pytest.mark.parametrize(
    ("slug", "expected"),
    [("{free}", "Libre"), ("www", "réservée"), ("Été", "Choisissez"), ("{taken}", "déjà prise")],
)
async def test_an_address_is_checked_while_it_is_typed(
    client: Clients, slug: str, expected: str
) -> None:
    visitor, taken = client("localhost"), new_slug()
    await sign_up(visitor, typed(taken))
    asked = slug.format(free=new_slug(), taken=taken)
    answer = await visitor.get("/inscription/adresse", params={"slug": asked, "name": "Clairval"})
    assert answer.status_code == 200
    assert expected in answer.text
    assert "<html" not in answer.text


async def test_who_creates_space_after_space_has_to_wait(client: Clients) -> None:
    visitor, taken = client("localhost"), new_slug()
    answers = [
        await sign_up(visitor, typed(taken, email=f"{number}@clairval.example"))
        for number in range(21)
    ]
    assert [answer.status_code for answer in answers] == [303] + [422] * 19 + [429]


async def test_mistakes_are_forgiven_for_long(client: Clients) -> None:
    visitor = client("localhost")
    answers = [await sign_up(visitor, typed("api")) for _ in range(61)]
    assert [answer.status_code for answer in answers] == [422] * 60 + [429]


async def test_nobody_s_mailbox_is_flooded(client: Clients) -> None:
    taken = new_slug()
    answers = [await sign_up(client("localhost"), typed(taken)) for _ in range(7)]
    assert answers[-1].status_code == 429


async def test_a_form_of_another_site_creates_nothing(client: Clients) -> None:
    slug = new_slug()
    visitor = client("localhost")
    headers = {"origin": "https://evil.example"}
    data = {"csrf_token": visitor.form_token(), **typed(slug)}
    assert (await visitor.post(SPACE, data=data, headers=headers)).status_code == 403
    page = await visitor.get("/inscription/adresse", params={"slug": slug})
    assert "Libre" in page.text


async def test_there_is_no_sign_up_at_a_tenant_s_own_address(client: Clients, tenant: Any) -> None:
    assert (await client(tenant).get("/inscription")).status_code == 404
