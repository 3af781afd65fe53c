"""Agents and persons make ways into their calendar, see what reads it, and end them."""

import html
import re

import httpx
import pytest
from creneau.context import Tenant
from creneau.database import tenant_transaction

from tests.platform.cast import Town
from tests.web.backoffice.cast import Office
from tests.web.calendars.cast import basic, events_in
from tests.web.calendars.conftest import SignedIn
from tests.web.public.citizen import book_first, sign_in
from tests.web.stage import Clients, Visitor

HOME = "/agents/compte/agenda"
MINE = "/mes-rendez-vous/agenda"


def words(answer: httpx.Response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def value_of(answer: httpx.Response, field: str) -> str:
    (found,) = re.findall(rf'id="{field}" value="([^"]+)"', answer.text)
    return html.unescape(found)


def path_of(address: str) -> str:
    return "/" + address.partition("://")[2].partition("/")[2]


def actions(answer: httpx.Response, what: str) -> list[str]:
    return re.findall(rf'action="([^"]+/{what})"', answer.text)


async def test_nobody_else_sees_the_page(client: Clients, office: Office) -> None:
    for path in (HOME, MINE):
        answer = await client(office.tenant).get(path)
        assert answer.status_code == 303
        assert "connexion" in answer.headers["location"]


async def test_an_agent_makes_an_address_renews_it_and_ends_it(
    client: Clients, office: Office, signed_in: SignedIn
) -> None:
    bea, phone = await signed_in("Bea"), client(office.tenant)
    assert "Votre agenda n’est lu nulle part ailleurs." in words(await bea.get(HOME))
    made = await bea.submit(f"{HOME}/acces", {"name": "Téléphone", "kind": "address"})
    assert made.headers["cache-control"] == "no-store"
    address = value_of(made, "address")
    assert f'href="webcal://{address.partition("://")[2]}"' in made.text
    first = path_of(address)
    assert (await phone.get(first)).status_code == 200

    page = await bea.get(HOME)
    assert first not in page.text
    assert "Lu le" in words(page)
    (renewal,) = actions(page, "renouvellement")
    second = path_of(value_of(await bea.submit(renewal), "address"))
    assert (await phone.get(first)).status_code == 410
    assert (await phone.get(second)).status_code == 200

    (end,) = actions(await bea.get(HOME), "arret")
    assert (await bea.submit(end)).status_code == 303
    assert (await phone.get(second)).status_code == 410
    assert "Téléphone" not in words(await bea.get(HOME)).partition("est arrêté")[2]
    # A second click finds what the first one did.
    again = await bea.submit(end)
    assert again.status_code == 303
    assert "L’accès « Téléphone » est arrêté." in words(await bea.get(HOME))


async def test_an_agent_makes_a_password_for_a_program(
    client: Clients, office: Office, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    made = await bea.submit(
        f"{HOME}/acces", {"name": "Thunderbird", "kind": "password", "colleagues": "yes"}
    )
    headers = {**basic(value_of(made, "user"), value_of(made, "password")), "depth": "0"}
    way = path_of(value_of(made, "server"))
    assert (
        await client(office.tenant).request("PROPFIND", way, headers=headers)
    ).status_code == 207
    assert "avec les agendas que je consulte" in words(await bea.get(HOME))


async def test_nobody_touches_a_colleagues_access(signed_in: SignedIn) -> None:
    bea, sam = await signed_in("Bea"), await signed_in("Sam")
    await bea.submit(f"{HOME}/acces", {"name": "Téléphone"})
    page = await bea.get(HOME)
    for what in ("renouvellement", "arret"):
        (action,) = actions(page, what)
        assert (await sam.submit(action)).status_code == 404
    assert len(actions(await bea.get(HOME), "arret")) == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "Donnez un nom"),
        ({"name": "x" * 61}, "trop long"),
        ({"name": "TÉLÉPHONE"}, "porte déjà ce nom"),
        ({"name": "Autre", "kind": "telepathy"}, "ne convient pas"),
        ({"name": "Autre", "detail": "everything"}, "ne convient pas"),
    ],
)
async def test_what_cannot_be_used_is_said_and_stays_typed(
    signed_in: SignedIn, fields: dict[str, str], sentence: str
) -> None:
    bea = await signed_in("Bea")
    await bea.submit(f"{HOME}/acces", {"name": "Téléphone"})
    answer = await bea.submit(f"{HOME}/acces", fields)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert f'value="{fields["name"]}"' in answer.text


async def test_ten_ways_in_are_enough(signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    for number in range(10):
        await bea.submit(f"{HOME}/acces", {"name": f"Appareil {number}"})
    answer = await bea.submit(f"{HOME}/acces", {"name": "Appareil de trop"})
    assert answer.status_code == 409
    assert "Arrêtez-en un avant" in words(answer)


async def test_a_name_is_shown_as_it_was_typed(signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    name = "<script>alert(1)</script> {{7*7}} =1+1"
    await bea.submit(f"{HOME}/acces", {"name": name})
    page = await bea.get(HOME)
    assert "<script>alert" not in page.text
    assert name in html.unescape(page.text)


async def test_who_sees_as_somebody_else_sees_no_page_of_theirs(
    office: Office, signed_in: SignedIn
) -> None:
    alice = await signed_in("Alice")
    looks = await alice.submit(f"/administration/agents/{office.bea}/vue")
    assert looks.status_code == 303
    assert (await alice.get(HOME)).status_code == 403


async def test_a_person_subscribes_to_their_own_appointments(
    client: Clients, tenant: Tenant, town: Town, jeanne: Visitor
) -> None:
    await book_first(jeanne, town)
    await sign_in(jeanne)
    assert MINE in (await jeanne.get("/mes-rendez-vous")).text
    made = await jeanne.submit(MINE, {"name": "Mon téléphone"})
    address = path_of(value_of(made, "address"))
    answer = await client(tenant).get(address)
    (read,) = events_in(answer.content).values()
    assert read["SUMMARY"] == "Carte d’identité"
    assert "Jeanne" not in answer.text

    page = await jeanne.get(MINE)
    (renewal,), (end,) = actions(page, "renouvellement"), actions(page, "arret")
    renewed = path_of(value_of(await jeanne.submit(renewal), "address"))
    assert (await client(tenant).get(address)).status_code == 410
    await jeanne.submit(end)
    assert (await client(tenant).get(renewed)).status_code == 410
    wrong = await jeanne.submit(MINE, {"name": ""})
    assert wrong.status_code == 422


async def test_a_person_does_not_touch_anothers_address(
    client: Clients, tenant: Tenant, town: Town, jeanne: Visitor, paul: Visitor
) -> None:
    await book_first(jeanne, town)
    await sign_in(jeanne)
    await jeanne.submit(MINE, {"name": "Mon téléphone"})
    (end,) = actions(await jeanne.get(MINE), "arret")
    await book_first(paul, town)
    await sign_in(paul)
    async with tenant_transaction() as tx:
        other = await tx.value(
            """
            INSERT INTO person (tenant_id, first_name, last_name) VALUES ($1, 'Paul', 'Autre')
            RETURNING id
            """,
            tenant.id,
        )
        await tx.execute(
            """
            UPDATE session SET person_id = $1 WHERE id = (
                SELECT id FROM session WHERE person_id IS NOT NULL ORDER BY id DESC LIMIT 1)
            """,
            other,
        )
    assert (await paul.submit(end)).status_code == 404
    assert len(actions(await jeanne.get(MINE), "arret")) == 1
    del client
