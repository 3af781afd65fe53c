from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import SessionDraft
from creneau.context import SYSTEM, Actor
from creneau.motives import service as motives
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft, ClosureDraft
from creneau_infra.postgres.embedded import PostgresAddress
from msgspec.structs import replace

from tests.days import tomorrow
from tests.platform.cast import new_motive
from tests.platform.hearing import hearing
from tests.web.backoffice.cast import ZOE, Office, at, book
from tests.web.backoffice.conftest import SignedIn
from tests.web.stage import Clients, Visitor


async def events(visitor: Visitor, *agents: UUID, **asked: str) -> list[dict[str, Any]]:
    answer = await visitor.get(
        "/agenda/evenements",
        params={
            "agents": ",".join(map(str, agents)),
            "debut": tomorrow().isoformat(),
            "fin": (tomorrow() + timedelta(days=1)).isoformat(),
            **asked,
        },
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_anybody_else_is_asked_to_sign_in_and_led_back(
    client: Clients, office: Office
) -> None:
    way = f"/agenda/{office.bea}"
    for address in ("/agenda", way, f"/agenda/evenements?agents={office.bea}", "/agenda/agents"):
        answer = await client(office.tenant).get(address)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/agents/connexion?next=/agenda")


@pytest.mark.feature("C-61")
async def test_a_colleague_out_of_reach_is_told_so_and_a_stranger_is_not_found(
    office: Office, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    assert (await bea.get(f"/agenda/{office.bob}")).status_code == 403
    assert (await bea.get(f"/agenda/{office.bea}?avec={office.bob}")).status_code == 403
    assert (
        await bea.get(f"/agenda/evenements?agents={office.bea},{office.bob}")
    ).status_code == 403
    assert (await bea.get(f"/agenda/{uuid4()}")).status_code == 404
    assert (await bea.get(f"/agenda/{office.bea}?avec={uuid4()}")).status_code == 404
    assert (await bea.get("/agenda/evenements?agents=nobody")).status_code == 404
    assert (await bea.get("/agenda/evenements")).status_code == 404


@pytest.mark.feature("C-61")
@pytest.mark.parametrize("name", ["Alice", "Sam"])
async def test_administrators_and_secretaries_reach_every_agenda(
    office: Office, signed_in: SignedIn, name: str
) -> None:
    somebody = await signed_in(name)
    page = await somebody.get(f"/agenda/{office.bob}?avec={office.bea}")
    assert "Agenda de Bob Martin" in page.text


@pytest.mark.feature("C-60")
@pytest.mark.parametrize("view", ["jour", "semaine", "mois", "liste"])
async def test_the_table_of_each_view_has_the_appointment_and_leads_to_it(
    office: Office, signed_in: SignedIn, view: str
) -> None:
    booking = await book(office, at(tomorrow(), 9, 30))
    bea = await signed_in("Bea")
    page = (await bea.get(f"/agenda?vue={view}&date={tomorrow()}&tableau=oui")).text
    assert "Zoé Petit" in page
    assert "9 h 30" in page
    assert "Carte d’identité · Place de la mairie" in page
    assert f'href="/agents/rendez-vous/{booking.id}"' in page
    assert f'href="/agents/rendez-vous/{booking.id}/deplacement"' in page
    assert "data-calendar" not in page


async def test_the_view_and_the_table_are_remembered(office: Office, signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    assert "Semaine du" in (await bea.get("/agenda")).text
    await bea.get(f"/agenda/{office.bea}?vue=mois&tableau=oui")
    page = (await bea.get("/agenda")).text
    assert "Semaine du" not in page
    assert "Vue calendrier" in page
    assert "data-calendar" not in page
    await bea.get("/agenda?tableau=non")
    assert "data-calendar" in (await bea.get("/agenda")).text


async def test_a_phone_sees_one_day_until_it_asks_for_more(
    office: Office, signed_in: SignedIn
) -> None:
    del office
    bea = await signed_in("Bea")
    phone = {"user-agent": "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36"}
    assert 'data-view="jour"' in (await bea.get("/agenda", headers=phone)).text
    assert 'data-view="semaine"' in (await bea.get("/agenda")).text
    await bea.get("/agenda?vue=semaine", headers=phone)
    assert 'data-view="semaine"' in (await bea.get("/agenda", headers=phone)).text


@pytest.mark.parametrize("asked", ["date=demain", "vue=siecle", "statut=perdu", "date=9999-12-31"])
async def test_an_address_that_means_nothing_shows_the_agenda_all_the_same(
    signed_in: SignedIn, asked: str
) -> None:
    bea = await signed_in("Bea")
    assert (await bea.get(f"/agenda?{asked}")).status_code == 200


@pytest.mark.feature("C-60")
async def test_a_status_leaves_the_others_out(office: Office, signed_in: SignedIn) -> None:
    await book(office, at(tomorrow(), 9))
    noe = await book(office, at(tomorrow(), 10), replace(ZOE, first_name="Noé"))
    await appointments.cancel(noe.id, Actor("agent", office.bea))
    bea = await signed_in("Bea")
    page = (await bea.get(f"/agenda?date={tomorrow()}&statut=cancelled")).text
    assert "Noé Petit" in page
    assert "Zoé Petit" not in page
    found = await events(bea, office.bea, statut="upcoming")
    assert [one["title"] for one in found if one["display"] == "auto"] == ["Zoé Petit"]


async def test_the_calendar_reads_times_of_the_agendas_own_clocks(
    office: Office, signed_in: SignedIn
) -> None:
    booking = await book(office, at(tomorrow(), 9, 30))
    bea = await signed_in("Bea")
    found = await events(bea, office.bea)
    event = next(one for one in found if one["id"] == str(booking.id))
    assert event["start"] == f"{tomorrow()}T09:30:00"
    assert event["end"] == f"{tomorrow()}T10:00:00"
    assert event["resourceIds"] == [str(office.bea)]
    assert event["styles"] == ["--motive:#0B6E69"]
    assert event["startEditable"]
    assert event["extendedProps"]["statusText"] == "À venir"
    assert event["extendedProps"]["href"] == f"/agents/rendez-vous/{booking.id}"


@pytest.mark.feature("C-60")
async def test_openings_absences_and_closures_lie_behind(
    office: Office, signed_in: SignedIn
) -> None:
    draft = AbsenceDraft(
        resource_id=office.bea,
        title="Formation",
        first_day=tomorrow(),
        start_time=at(tomorrow(), 14).time(),
        last_day=tomorrow(),
        end_time=at(tomorrow(), 16).time(),
        time_zone="Europe/Paris",
        recurrence=None,
    )
    await planning.create_absence(draft, SYSTEM)
    await planning.create_closure(
        ClosureDraft(
            starts_at=at(tomorrow(), 18),
            ends_at=at(tomorrow(), 19),
            label="Travaux",
            organisation_id=office.organisation,
        ),
        SYSTEM,
    )
    bea = await signed_in("Bea")
    found = await events(bea, office.bea)
    behind = {one["extendedProps"]["kind"]: one for one in found if one["display"] == "background"}
    assert behind["open"]["title"] == "Place de la mairie"
    assert behind["away"]["title"] == "Formation"
    assert behind["away"]["start"] == f"{tomorrow()}T14:00:00"
    assert behind["closed"]["title"] == "Fermé : Travaux"
    page = (await bea.get(f"/agenda?vue=jour&date={tomorrow()}&tableau=oui")).text
    assert "Formation" in page
    assert "Fermé : Travaux" in page


async def test_a_session_is_one_event_with_its_seats_also_when_nobody_has_booked(
    office: Office, signed_in: SignedIn
) -> None:
    motive = await new_motive(
        office.organisation,
        (await motives.motive(office.motive)).service_id,
        name="Atelier CV",
        capacity=8,
    )
    draft = SessionDraft(
        motive_id=motive,
        place_id=office.place,
        resource_ids=(office.bea,),
        starts_at=at(tomorrow(), 10),
        ends_at=at(tomorrow(), 12),
        title="Écrire son CV",
        capacity=8,
    )
    await appointments.create_session(draft, SYSTEM)
    bea = await signed_in("Bea")
    (event,) = [one for one in await events(bea, office.bea) if one["display"] == "auto"]
    assert event["title"] == "Écrire son CV"
    assert event["extendedProps"]["motive"] == "0 inscrits sur 8"
    assert not event["startEditable"]


async def test_names_are_data_never_page(office: Office, signed_in: SignedIn) -> None:
    await book(office, at(tomorrow(), 9), replace(ZOE, first_name="<script>alert(1)</script>"))
    bea = await signed_in("Bea")
    page = (await bea.get(f"/agenda?date={tomorrow()}")).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


async def test_a_full_agenda_costs_no_more_statements_than_an_empty_one(
    office: Office, signed_in: SignedIn, postgres: PostgresAddress
) -> None:
    bea = await signed_in("Bea")

    async def heard(*agents: UUID) -> int:
        async with hearing(postgres) as statements:
            await events(bea, *agents)
        return len(statements)

    empty = await heard(office.bea)
    for hour in range(8, 18):
        await book(office, at(tomorrow(), hour), replace(ZOE, first_name=f"Zoé {hour}"))
    assert await heard(office.bea) == empty
    assert await heard(office.bea, office.alice) == empty


async def test_a_range_is_cut_to_what_a_month_needs(office: Office, signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    far = (tomorrow() + timedelta(days=4000)).isoformat()
    assert await events(bea, office.bea, fin=far) is not None
    latest = max(
        datetime.fromisoformat(one["start"]) for one in await events(bea, office.bea, fin=far)
    )
    assert latest.date() < tomorrow() + timedelta(days=46)


@pytest.mark.feature("C-61")
async def test_the_menu_finds_whoever_is_within_reach_by_any_part_of_the_name(
    office: Office, signed_in: SignedIn
) -> None:
    sam = await signed_in("Sam")
    page = (await sam.get("/agenda/agents?q=bé")).text
    assert "Bea Martin" in page
    assert "Bob Martin" not in page
    framed = await sam.get("/agenda/agents?q=mart+b", headers={"hx-request": "true"})
    assert "<html" not in framed.text
    assert framed.text.index("Bea Martin") < framed.text.index("Bob Martin")
    assert f"/agenda/{office.bea}?" in framed.text
    assert f"avec={office.bea}" in framed.text
    assert "Aucun agent de ce nom" in (await sam.get("/agenda/agents?q=zzz")).text
    bea = await signed_in("Bea")
    assert "Bob Martin" not in (await bea.get("/agenda/agents")).text
