"""Programs that speak CalDAV read an agent's agenda, and change nothing in it."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from caldav.davclient import DAVClient
from caldav.lib.error import AuthorizationError, DAVError
from creneau.agents.managing import service as managing
from creneau.agents.managing.schemas import Parting
from creneau.appointments import service as appointments
from creneau.appointments.schemas import MoveRequest
from creneau.calendars import service as calendars
from creneau.calendars.schemas import Owner
from creneau.context import SYSTEM, Actor, Tenant
from creneau.database import tenant_transaction
from defusedxml.ElementTree import fromstring
from structlog.testing import capture_logs

from tests.days import tomorrow
from tests.platform.cast import PASSWORD
from tests.web.backoffice.cast import Office, at, book
from tests.web.calendars.cast import (
    EMAIL,
    SPACES,
    C,
    D,
    Program,
    agenda_of,
    basic,
    beas_program,
    password_of,
    uid,
)
from tests.web.stage import Clients

WRITES = (
    *("PUT", "POST", "PATCH", "DELETE", "MKCOL", "MKCALENDAR", "PROPPATCH"),
    *("COPY", "MOVE", "LOCK", "UNLOCK", "ACL"),
)
Library = Callable[[str], Awaitable[DAVClient]]


@pytest.fixture
def library(office: Office, served: str) -> Generator[Library, None, None]:
    """Give the `caldav` library, as somebody sets it up in a program of theirs."""
    opened: list[DAVClient] = []

    async def connect(password: str) -> DAVClient:
        made = DAVClient(
            f"{served}/caldav/",
            username=EMAIL,
            password=password,
            headers={"host": f"{office.tenant.slug}.localhost"},
            enable_rfc6764=False,
        )
        opened.append(made)
        return made

    yield connect
    for one in opened:
        one.close()


async def asked(work: Callable[..., Any], *given: Any, **named: Any) -> Any:
    return await asyncio.to_thread(work, *given, **named)


async def test_nobody_reads_without_a_password_that_was_made_for_it(
    client: Clients, office: Office, other_tenant: Tenant
) -> None:
    path = agenda_of(office.bea)
    good = await password_of(office.bea)
    keys: tuple[dict[str, str], ...] = (
        {},
        basic(EMAIL, PASSWORD),
        basic(EMAIL, "aaaa-bbbb-cccc-dddd-eeee"),
        basic("bob@exemple.fr", good),
        {"authorization": "Basic %%%"},
        {"authorization": f"Bearer {good}"},
    )
    for headers in keys:
        answer = await client(office.tenant).request("PROPFIND", path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Basic ")
    elsewhere = Program(client(other_tenant), basic(EMAIL, good))
    assert (await elsewhere.asks("PROPFIND", path, depth="0")).status_code == 401
    here = Program(client(office.tenant), basic(EMAIL.upper(), good.upper().replace("-", " ")))
    assert (await here.asks("PROPFIND", path, depth="0")).status_code == 207


async def test_a_program_finds_its_way_from_the_host_alone(client: Clients, office: Office) -> None:
    visitor = client(office.tenant)
    way = await visitor.request("PROPFIND", "/.well-known/caldav")
    assert (way.status_code, way.headers["location"]) == (301, "/caldav/")
    about = await visitor.request("OPTIONS", "/caldav/")
    assert "calendar-access" in about.headers["dav"]
    assert about.headers["allow"] == "OPTIONS, GET, HEAD, PROPFIND, REPORT"

    program = await beas_program(client, office)
    question = f"<d:propfind {SPACES}><d:prop><d:current-user-principal/></d:prop></d:propfind>"
    found = await program.asks("PROPFIND", "/caldav/", question, depth="0")
    principal = fromstring(found.content).findtext(f".//{D}current-user-principal/{D}href")
    assert principal == f"/caldav/{office.bea}/"
    question = f"<d:propfind {SPACES}><d:prop><c:calendar-home-set/></d:prop></d:propfind>"
    found = await program.asks("PROPFIND", str(principal), question, depth="0")
    home = fromstring(found.content).findtext(f".//{C}calendar-home-set/{D}href")
    assert home == f"/caldav/{office.bea}/agendas/"


async def test_the_library_reads_the_agenda_and_follows_it(
    office: Office, library: Library
) -> None:
    start = at(tomorrow(), 10)
    booking = await book(office, start)
    client = await library(await password_of(office.bea, detail="name"))
    principal = await asked(client.principal)
    (agenda,) = await asked(principal.get_calendars)
    assert await asked(agenda.get_display_name) == "Bea Martin"

    (event,) = await asked(
        agenda.search, start=start, end=start + timedelta(hours=1), event=True, expand=False
    )
    read = event.icalendar_component
    assert read["UID"] == uid(booking.id, office.tenant)
    assert (read.start, read["SUMMARY"]) == (start, "Zoé Petit · Carte d’identité")
    none = await asked(
        agenda.search, start=start + timedelta(hours=1), end=start + timedelta(hours=2), event=True
    )
    assert none == []

    known = await asked(agenda.get_objects_by_sync_token, load_objects=True)
    assert [one.icalendar_component["UID"] for one in known] == [read["UID"]]
    later = start + timedelta(hours=3)
    move = MoveRequest(starts_at=later, place_id=office.place, resource_id=office.bea)
    await appointments.move(booking.id, move, SYSTEM)
    await asked(known.sync)
    (moved,) = known
    await asked(moved.load)
    assert moved.icalendar_component.start == later
    assert moved.icalendar_component["SEQUENCE"] == 1

    await asked(event.load)
    assert event.icalendar_component.start == later


async def test_the_library_is_told_in_words_that_it_cannot_write(
    office: Office, library: Library
) -> None:
    await book(office, at(tomorrow(), 10))
    client = await library(await password_of(office.bea))
    principal = await asked(client.principal)
    (agenda,) = await asked(principal.get_calendars)
    (event,) = await asked(agenda.get_events)
    for write in (event.delete, event.save, lambda: agenda.add_event(event.data)):
        with pytest.raises((AuthorizationError, DAVError)):
            await asked(write)
    async with tenant_transaction() as tx:
        assert await tx.value("SELECT count(*) FROM appointment WHERE state = 'scheduled'") == 1


async def test_the_library_is_refused_with_a_wrong_password(library: Library) -> None:
    client = await library("aaaa-bbbb-cccc-dddd-eeee")
    with pytest.raises(AuthorizationError):
        await asked(client.principal)


@pytest.mark.parametrize("method", WRITES)
async def test_every_method_that_writes_is_refused_in_words(
    client: Clients, office: Office, method: str
) -> None:
    program = await beas_program(client, office)
    answer = await program.asks(method, f"{agenda_of(office.bea)}{uuid4()}.ics", "BEGIN:VCALENDAR")
    assert answer.status_code == 403
    assert answer.text.startswith("Cet agenda se lit seulement.")


async def test_a_method_that_means_nothing_is_not_allowed(client: Clients, office: Office) -> None:
    program = await beas_program(client, office)
    for method, path in (("SEARCH", "/caldav/"), ("GET", "/caldav/")):
        answer = await program.asks(method, path)
        assert (answer.status_code, answer.headers["allow"]) == (
            405,
            "OPTIONS, GET, HEAD, PROPFIND, REPORT",
        )


async def test_a_colleagues_agenda_is_there_only_if_asked_for_and_within_reach(
    client: Clients, office: Office
) -> None:
    alone = await beas_program(client, office)
    missing = await alone.asks("PROPFIND", agenda_of(office.bea, office.alice), depth="0")
    assert missing.status_code == 404
    password = await password_of(office.bea, name="Secrétariat", colleagues=True)
    among = Program(client(office.tenant), basic(EMAIL, password))
    found = await among.asks("PROPFIND", agenda_of(office.bea, office.alice), depth="0")
    assert found.status_code == 207
    out_of_reach = await among.asks("PROPFIND", agenda_of(office.bea, office.bob), depth="0")
    unknown = await among.asks("PROPFIND", agenda_of(office.bea, uuid4()), depth="0")
    assert out_of_reach.status_code == unknown.status_code == 404
    assert out_of_reach.text == unknown.text
    home = await among.asks("PROPFIND", f"/caldav/{office.bea}/agendas/", depth="1")
    names = [one.text for one in fromstring(home.content).iter(f"{D}displayname")]
    assert names == ["Agendas", "Bea Martin", "Alice Martin"]
    others_home = await among.asks("PROPFIND", f"/caldav/{office.alice}/agendas/", depth="1")
    assert others_home.status_code == 404


async def test_an_ended_password_opens_nothing_at_once(client: Clients, office: Office) -> None:
    program = await beas_program(client, office)
    assert (await program.asks("PROPFIND", "/caldav/", depth="0")).status_code == 207
    owner = Owner("agent", office.bea)
    (access,) = await calendars.accesses_of(owner)
    assert access.read_at is not None
    await calendars.end(owner, access.id, Actor("agent", office.bea))
    assert (await program.asks("PROPFIND", "/caldav/", depth="0")).status_code == 401


async def test_an_agent_who_left_is_nobody(client: Clients, office: Office) -> None:
    program = Program(client(office.tenant), basic("bob@exemple.fr", await password_of(office.bob)))
    assert (await program.asks("PROPFIND", "/caldav/", depth="0")).status_code == 207
    await managing.remove(office.bob, Parting(), Actor("agent", office.alice))
    assert (await program.asks("PROPFIND", "/caldav/", depth="0")).status_code == 401


async def test_who_tries_passwords_is_slowed_and_nobody_else_is(
    client: Clients, office: Office
) -> None:
    good = await password_of(office.bea)
    visitor = client(office.tenant)
    guesser = Program(visitor, basic(EMAIL, "aaaa-bbbb-cccc-dddd-eeee"))
    answers = [await guesser.asks("PROPFIND", "/caldav/", depth="0") for _ in range(61)]
    assert (answers[0].status_code, answers[-1].status_code) == (401, 429)
    assert int(answers[-1].headers["retry-after"]) > 0
    owner = Program(visitor, basic(EMAIL, good))
    assert (await owner.asks("PROPFIND", "/caldav/", depth="0")).status_code == 207


async def test_every_answer_carries_what_all_of_ours_carry_and_no_password_is_logged(
    client: Clients, office: Office
) -> None:
    password = await password_of(office.bea)
    program = Program(client(office.tenant), basic(EMAIL, password))
    with capture_logs() as lines:
        answer = await program.asks("PROPFIND", "/caldav/", depth="0")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    (line,) = [one for one in lines if one["event"] == "request"]
    assert (line["method"], line["tenant"]) == ("PROPFIND", office.tenant.slug)
    assert password not in str(lines)
    assert EMAIL not in str(lines)


async def test_addresses_beside_it_are_no_pages(client: Clients, office: Office) -> None:
    program = await beas_program(client, office)
    for path in ("/caldavx", "/caldav/x", f"/caldav/{uuid4()}/"):
        assert (await program.asks("PROPFIND", path, depth="0")).status_code == 404
