"""Workshops with seats, on the same ways as individual appointments; slots follow openings (D-05, D-12)."""

import re
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import SessionDraft
from creneau.context import SYSTEM, Tenant
from creneau.organisations import service as organisations
from creneau_infra import clock

from tests.platform.cast import PASSWORD, new_agent, new_motive
from tests.plugins.digital_aid.cast import PAULA
from tests.plugins.digital_aid.conftest import Inside
from tests.plugins.digital_aid.network import Network, fill_in, open_up
from tests.web.public.citizen import hold, identify, newest_code, slots_in, words
from tests.web.second_factor import sign_in_whole
from tests.web.stage import Clients, Visitor

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
async def workshop(network: Network) -> UUID:
    """Give a workshop of two seats that Julie holds in three days."""
    motive = await new_motive(
        network.organisation, network.service, name="Atelier photos", capacity=2
    )
    day = (clock.now() + timedelta(days=3)).date()
    starts_at = datetime.combine(day, time(14), PARIS)
    await appointments.create_session(
        SessionDraft(
            motive_id=motive,
            place_id=network.place,
            resource_ids=[network.julie],
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            capacity=2,
        ),
        SYSTEM,
    )
    return motive


async def test_a_learner_and_a_prescriber_take_the_seats_of_a_workshop_from_the_adviser_s_link(
    client: Clients, advisers: Tenant, network: Network, workshop: UUID
) -> None:
    await fill_in(network)
    path = f"/rdv/{workshop}/{network.place}"
    zoe, paula, late = client(advisers), client(advisers), client(advisers)
    begun = await zoe.get(f"/avec/{network.julie}")
    assert f'href="/rdv/{workshop}?avec={network.julie}"' in begun.text
    slots = await zoe.get(f"{path}?avec={network.julie}")
    assert "2 places" in words(slots)
    (session,) = slots_in(slots)
    booking = await hold(zoe, path, session)
    await identify(zoe, booking)
    assert (await zoe.submit(f"{booking}/confirmation")).status_code == 303
    assert "1 place" in words(await paula.get(f"{path}?avec={network.julie}"))
    booking = await hold(paula, path, session)
    learner = {"first_name": "Ana", "last_name": "Petit", "email": "", "phone": ""}
    await paula.submit(booking, {**learner, **PAULA})
    await paula.submit(f"{booking}/code", {"code": await newest_code("paula.roche@exemple.fr")})
    assert (await paula.submit(f"{booking}/confirmation")).status_code == 303
    assert slots_in(await late.get(path)) == []
    gone = await late.submit(f"{path}/reservation", {"slot": session})
    assert gone.status_code == 409
    assert "La dernière place vient d’être prise. Choisissez une autre date." in words(gone)
    assert "Ce créneau vient d’être pris" not in words(gone)
    english = await late.submit(f"{path}/reservation?lang=en", {"slot": session})
    assert "The last seat has just been taken. Choose another date." in words(english)
    (row,) = (await late.get("/digital-aid/lieux.json")).json()
    assert row["modalites_accompagnement"] == "Dans un atelier collectif"


async def test_a_workshop_is_found_from_the_map_and_from_the_structure(
    visitor: Visitor, network: Network, workshop: UUID
) -> None:
    assert f'href="/lieux/{network.place}"' in (await visitor.get("/digital-aid/conseillers")).text
    for page in (f"/lieux/{network.place}", f"/organisations/{network.organisation}"):
        assert f'href="/rdv/{workshop}' in (await visitor.get(page)).text


@pytest.mark.feature("D-05")
async def test_slots_follow_the_adviser_s_openings_and_never_the_structure_s_hours(
    visitor: Visitor, network: Network
) -> None:
    path = f"/rdv/{network.motive}/{network.place}"
    # The structure says Monday to Saturday, mornings and afternoons; nobody has opened anything.
    assert slots_in(await visitor.get(path)) == []
    sunday = clock.now().date() + timedelta(days=6 - clock.now().weekday() + 7)
    await open_up(network, first_day=sunday, start_time=time(20), end_time=time(21))
    found = slots_in(await visitor.get(path))
    local = [datetime.fromisoformat(slot).astimezone(PARIS) for slot in found]
    assert [(at.date(), at.time()) for at in local] == [(sunday, time(20)), (sunday, time(20, 30))]


@pytest.mark.feature("D-12")
async def test_workshops_and_appointments_are_counted_by_adviser_motive_and_prescribing_structure(
    client: Clients, advisers: Tenant, inside: Inside, network: Network, workshop: UUID
) -> None:
    await open_up(network)
    julie = await inside("Julie")
    day = (clock.now() + timedelta(days=4)).date().isoformat()
    path = f"/statistiques?au={day}"
    assert "Par structure prescriptrice" in words(await julie.get(path))
    assert rows_of(await julie.get(path), "Par structure prescriptrice") == {}
    for motive, structure in (
        (workshop, "Mission locale"),
        (network.motive, "mission locale"),
        (network.motive, "CCAS"),
    ):
        await prescribe_from(client(advisers), network, motive, structure)
    zoe = client(advisers)
    booking = await hold(
        zoe,
        f"/rdv/{workshop}/{network.place}",
        slots_in(await zoe.get(f"/rdv/{workshop}/{network.place}"))[0],
    )
    await identify(zoe, booking)
    await zoe.submit(f"{booking}/confirmation")
    page = await julie.get(path)
    assert rows_of(page, "Par structure prescriptrice") == {
        "Mission locale": [2, 0, 2, 0, 0],
        "CCAS": [1, 0, 1, 0, 0],
    }
    agents, motives = rows_of(page, "Par conseiller numérique"), rows_of(page, "Par motif")
    assert {name: max(numbers) for name, numbers in agents.items()} == {"Julie Martin": 4}
    assert {name: max(numbers) for name, numbers in motives.items()} == {
        "Atelier photos": 2,
        "Ma messagerie": 2,
    }
    # A colleague of another service counts nothing of it, a stranger is led to the sign-in.
    other = await organisations.create_service("Autre", False, SYSTEM)
    await new_agent("Bob", network.organisation, other, "agent", password=PASSWORD)
    bob = await sign_in_whole(client(advisers), "bob@exemple.fr", PASSWORD)
    assert "Mission locale" not in words(await bob.get(path))
    stranger = await client(advisers).get(path)
    assert stranger.headers["location"].startswith("/agents/connexion")


async def prescribe_from(visitor: Visitor, network: Network, motive: UUID, structure: str) -> None:
    path = f"/rdv/{motive}/{network.place}"
    booking = await hold(visitor, path, slots_in(await visitor.get(path))[0])
    learner = {"first_name": "Ana", "last_name": structure, "email": "", "phone": ""}
    await visitor.submit(booking, {**learner, **PAULA, "digital_aid_structure": structure})
    await visitor.submit(f"{booking}/code", {"code": await newest_code("paula.roche@exemple.fr")})
    assert (await visitor.submit(f"{booking}/confirmation")).status_code == 303


def rows_of(page: httpx.Response, title: str) -> dict[str, list[int]]:
    """Read the numbers of one table of the statistics, by name."""
    part = page.text.partition(f'section-title">{title}<')[2].partition("</section>")[0]
    rows = re.findall(r'<tr><th scope="row">([^<]+)</th>(.*?)</tr>', part, re.DOTALL)
    return {name: [int(one) for one in re.findall(r">(\d+)<", cells)] for name, cells in rows}
