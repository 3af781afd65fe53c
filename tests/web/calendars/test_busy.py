"""Busy times of a calendar elsewhere become absences, follow it, and are loud when they cannot."""

import asyncio
import html
import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from creneau.agents.managing import service as managing
from creneau.agents.managing.schemas import Parting
from creneau.availability import service as availability
from creneau.availability.schemas import SlotQuery
from creneau.calendars import jobs
from creneau.calendars import service as calendars
from creneau.calendars.schemas import BusyDraft
from creneau.calendars.service.busy import refresh_due
from creneau.context import Actor, Tenant
from creneau.database import tenant_transaction
from creneau.planning import service as planning
from creneau_infra import outgoing
from creneau_infra.mail.schemas import Message
from creneau_infra.outbox.service import deliver_due
from creneau_infra.settings import Settings
from creneau_tenants.secrets.service import rotate_all
from structlog.testing import capture_logs

from tests.days import tomorrow
from tests.web.backoffice.cast import ZONE, Office, at, book
from tests.web.calendars.cast import address_of
from tests.web.calendars.conftest import SignedIn
from tests.web.calendars.elsewhere import Elsewhere, hours
from tests.web.stage import Clients

HOME = "/agents/compte/agenda"


@pytest.fixture
async def elsewhere(settings: Settings) -> AsyncGenerator[Elsewhere, None]:
    """Serve a calendar on this machine, which the operator has opened."""
    made = Elsewhere()
    listening = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    outgoing.configure(Settings(outgoing_private_hosts=(f"127.0.0.1:{made.port}",)))
    async with listening:
        yield made
    outgoing.configure(settings)


async def follow(office: Office, elsewhere: Elsewhere, name: str = "Outlook") -> UUID:
    draft = BusyDraft(name=name, address=elsewhere.address)
    made = await calendars.add_source(office.bea, draft, Actor("agent", office.bea))
    await read_again()
    return made


async def read_again() -> None:
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE busy_source SET due_at = now() - interval '1 second'")
    await refresh_due(uuid4())


async def absences(office: Office) -> list[tuple[datetime, datetime]]:
    """Read Bea's absences of tomorrow and the day after, in local times."""
    start = at(tomorrow(), 0)
    found = await planning.absences([office.bea], start, start + timedelta(days=2))
    return [(one.starts_at.astimezone(ZONE), one.ends_at.astimezone(ZONE)) for one in found]


async def offered(office: Office) -> set[int]:
    """Name the hours of tomorrow at which Bea takes somebody."""
    start = at(tomorrow(), 0)
    query = SlotQuery(
        motive_id=office.motive, starts_from=start, starts_before=start + timedelta(days=1)
    )
    found = await availability.find_slots(query)
    return {one.starts_at.astimezone(ZONE).hour for one in found}


async def rows(sql: str, *values: Any) -> list[Any]:
    async with tenant_transaction() as tx:
        return [tuple(row) for row in await tx.rows(sql, *values)]


def words(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


async def test_a_busy_time_takes_the_slots_and_gives_them_back(
    office: Office, elsewhere: Elsewhere
) -> None:
    elsewhere.busy("a@x", at(tomorrow(), 10), at(tomorrow(), 12))
    before = await offered(office)
    source = await follow(office, elsewhere)
    assert hours(await absences(office)) == [(10, 12)]
    assert before - await offered(office) == {10, 11}

    elsewhere.busy("a@x", at(tomorrow(), 14), at(tomorrow(), 15))
    await read_again()
    assert hours(await absences(office)) == [(14, 15)]

    await calendars.remove_source(office.bea, source, Actor("agent", office.bea))
    assert await absences(office) == []
    assert await offered(office) == before
    assert await rows("SELECT id FROM busy_source") == []


async def test_only_what_differs_is_written(office: Office, elsewhere: Elsewhere) -> None:
    for hour in (9, 11, 14):
        elsewhere.busy(f"{hour}@x", at(tomorrow(), hour), at(tomorrow(), hour + 1))
    await follow(office, elsewhere)
    first = dict(await rows("SELECT start_time, id FROM absence WHERE source_id IS NOT NULL"))
    del elsewhere.events["11@x"]
    elsewhere.busy("16@x", at(tomorrow(), 16), at(tomorrow(), 17))
    await read_again()
    second = dict(await rows("SELECT start_time, id FROM absence WHERE source_id IS NOT NULL"))
    assert len(first.items() & second.items()) == 2
    told = await rows("SELECT details FROM history WHERE action = 'absence.followed' ORDER BY at")
    assert "Entretien" not in str(told)
    assert len(told) == 2
    await read_again()
    again = await rows("SELECT details FROM history WHERE action = 'absence.followed'")
    assert len(again) == 2


async def test_what_is_written_out_is_what_a_rebuild_finds(
    office: Office, elsewhere: Elsewhere
) -> None:
    start = at(tomorrow(), 22)
    elsewhere.busy("night@x", start, start + timedelta(hours=60))
    await follow(office, elsewhere)
    found = await planning.check(office.tenant.id)
    assert (found.missing, found.surplus) == (0, 0)
    assert await planning.keep_ahead(office.tenant.id) >= 0
    assert await planning.keep_ahead(office.tenant.id) == 0


async def test_what_is_booked_is_kept_and_named(
    office: Office, elsewhere: Elsewhere, signed_in: SignedIn
) -> None:
    booking = await book(office, at(tomorrow(), 10))
    await book(office, at(tomorrow(), 15))
    elsewhere.busy("a@x", at(tomorrow(), 10), at(tomorrow(), 11))
    await follow(office, elsewhere)
    (touched,) = await calendars.conflicts(office.bea)
    assert touched.booking_id == booking.id
    assert await rows("SELECT state FROM booking GROUP BY state") == [("planned",)]
    bea = await signed_in("Bea")
    page = await bea.get(HOME)
    assert f'href="/agents/rendez-vous/{booking.id}"' in page.text
    assert "Zoé Petit" in words(page.text)
    assert "sur une occupation" in words((await bea.get("/agents")).text)


async def test_titles_are_neither_kept_nor_shown(
    office: Office, elsewhere: Elsewhere, signed_in: SignedIn
) -> None:
    elsewhere.busy("a@x", at(tomorrow(), 10), at(tomorrow(), 11))
    await follow(office, elsewhere)
    bea, sam = await signed_in("Bea"), await signed_in("Sam")
    day = f"/agents?jour={tomorrow()}"
    own = words((await bea.get(day)).text)
    assert "De 10 h à 11 h · Outlook" in own
    others = words((await sam.get(f"{day}&agent={office.bea}")).text)
    assert "De 10 h à 11 h" in others
    assert "Outlook" not in others
    kept = await rows("SELECT a.*, s.* FROM absence a JOIN busy_source s ON s.id = a.source_id")
    assert "Entretien" not in str(kept)
    assert "Entretien" not in own


async def test_our_own_feed_makes_no_loop(
    office: Office, elsewhere: Elsewhere, client: Clients
) -> None:
    await book(office, at(tomorrow(), 10))
    feed = await client(office.tenant).get(await address_of(office.bea))
    assert b"BEGIN:VEVENT" in feed.content
    elsewhere.body = feed.content
    await follow(office, elsewhere)
    assert await absences(office) == []
    assert await rows("SELECT failure, events FROM busy_source") == [("", 0)]


async def test_a_calendar_that_says_nothing_new_is_not_read_again_that_day(
    office: Office, elsewhere: Elsewhere
) -> None:
    elsewhere.busy("a@x", at(tomorrow(), 10), at(tomorrow(), 11))
    await follow(office, elsewhere)
    await read_again()
    assert elsewhere.sent == ["200 OK", "304 Not Modified"]
    assert hours(await absences(office)) == [(10, 11)]
    # What repeats reaches a day further each day: all of it is read once a day.
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE busy_source SET read_on = read_on - 1")
    await read_again()
    assert elsewhere.sent[-1] == "200 OK"


@pytest.mark.parametrize(
    ("status", "extra", "body", "words_of_it"),
    [
        ("500 Oops", "", None, "a répondu par une erreur"),
        ("404 Not Found", "", None, "Il n’y a plus d’agenda à cette adresse"),
        ("403 Forbidden", "", None, "refuse de donner cet agenda"),
        ("302 Found", "location: http://127.0.0.1:1/\r\n", None, "renvoie vers une autre"),
        ("200 OK", "", b"<html>Sign in</html>", "n’est pas un agenda"),
        ("200 OK", "", b"x" * (5 * 1024 * 1024 + 1), "trop volumineux"),
        ("200 OK", "content-encoding: gzip\r\n", b"bomb", "trop volumineux"),
    ],
)
async def test_a_failure_is_said_in_words_and_the_last_good_state_stays(
    office: Office,
    elsewhere: Elsewhere,
    signed_in: SignedIn,
    status: str,
    extra: str,
    body: bytes | None,
    words_of_it: str,
) -> None:
    elsewhere.busy("a@x", at(tomorrow(), 10), at(tomorrow(), 11))
    await follow(office, elsewhere)
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE busy_source SET etag = ''")
    elsewhere.status, elsewhere.extra, elsewhere.body = status, extra, body
    await read_again()
    assert hours(await absences(office)) == [(10, 11)]
    page = words((await (await signed_in("Bea")).get(HOME)).text)
    assert words_of_it in page
    assert "En échec depuis le" in page
    elsewhere.status, elsewhere.extra, elsewhere.body = "200 OK", "", None
    await read_again()
    assert await rows("SELECT failure, failing_since FROM busy_source") == [("", None)]


async def test_an_address_in_a_private_network_gets_no_packet(
    elsewhere: Elsewhere, settings: Settings, signed_in: SignedIn
) -> None:
    outgoing.configure(settings)
    bea = await signed_in("Bea")
    for address in (
        elsewhere.address,
        "file:///etc/passwd",
        "ftp://example.org/a.ics",
        "https://user:secret@example.org/a.ics",
        "javascript:alert(1)",
        "agenda",
        "",
    ):
        fields = {"source_name": "Outlook", "address": address}
        answer = await bea.submit(f"{HOME}/occupations", fields)
        assert answer.status_code == 422, address
        assert html.escape(address) in answer.text
    inside = f"webcal://127.0.0.1:{elsewhere.port}/a.ics"
    made = await bea.submit(f"{HOME}/occupations", {"source_name": "Outlook", "address": inside})
    assert made.status_code == 303
    await refresh_due(uuid4())
    assert elsewhere.asked == []
    assert "mène dans un réseau privé" in words((await bea.get(HOME)).text)


async def test_a_day_of_failures_is_told_by_mail_once(office: Office, elsewhere: Elsewhere) -> None:
    await follow(office, elsewhere)
    elsewhere.status = "500 Oops"
    elsewhere.busy("a@x", at(tomorrow(), 10), at(tomorrow(), 11))
    await read_again()
    assert await letters(office.tenant) == []
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE busy_source SET failing_since = now() - interval '25 hours'")
    await read_again()
    await read_again()
    (letter,) = await letters(office.tenant)
    assert letter.to == "bea@exemple.fr"
    assert letter.subject.replace("\xa0", " ") == "Votre agenda « Outlook » n’est plus lu"
    assert "a répondu par une erreur" in letter.text
    assert elsewhere.address not in letter.text
    assert await letters(office.tenant) == []


async def letters(tenant: Tenant) -> list[Message]:
    sent: list[Message] = []

    async def deliver(message: Message) -> None:
        sent.append(message)

    async def tenant_of(_tenant_id: UUID) -> Tenant:
        return tenant

    await deliver_due(jobs.handlers(deliver, tenant_of), tenant.id)
    return sent


async def test_the_worker_reads_by_itself_and_plans_the_next_time_once(
    office: Office, elsewhere: Elsewhere
) -> None:
    elsewhere.busy("a@x", at(tomorrow(), 10), at(tomorrow(), 11))
    draft = BusyDraft(name="Outlook", address=elsewhere.address)
    await calendars.add_source(office.bea, draft, Actor("agent", office.bea))
    await letters(office.tenant)
    assert hours(await absences(office)) == [(10, 11)]
    for _worker in range(2):
        await refresh_due(uuid4())
    planned = await rows(
        """
        SELECT due_at - now() BETWEEN '15 minutes' AND '30 minutes', lane FROM outbox
        WHERE kind = 'busy.refresh' AND done_at IS NULL
        """
    )
    assert planned == [(True, "slow")]
    assert len(elsewhere.asked) == 1
    assert await calendars.keep_reading(office.tenant.id) is False
    async with tenant_transaction() as tx:
        await tx.execute("DELETE FROM outbox WHERE done_at IS NULL")
        await tx.execute("UPDATE busy_source SET due_at = now() - interval '1 hour'")
    assert await calendars.keep_reading(office.tenant.id) is True
    await letters(office.tenant)
    assert len(elsewhere.asked) == 2


async def test_the_address_is_a_secret_like_any_other(
    office: Office, elsewhere: Elsewhere, signed_in: SignedIn
) -> None:
    with capture_logs() as lines:
        await follow(office, elsewhere)
        elsewhere.status = "500 Oops"
        await read_again()
    assert "/prive/" not in str(lines)
    for table in ("busy_source", "outbox", "history"):
        assert "/prive/" not in str(await rows(f"SELECT * FROM {table}"))
    page = (await (await signed_in("Bea")).get(HOME)).text
    assert "/prive/" not in page
    assert "127.0.0.1" in page
    await rotate_all()
    elsewhere.status = "200 OK"
    await read_again()
    assert await rows("SELECT failure FROM busy_source") == [("",)]


async def test_nobody_touches_a_colleagues_calendar(
    office: Office, elsewhere: Elsewhere, signed_in: SignedIn
) -> None:
    source = await follow(office, elsewhere)
    sam = await signed_in("Sam")
    for what in ("lecture", "retrait"):
        answer = await sam.submit(f"{HOME}/occupations/{source}/{what}")
        assert answer.status_code == 404
    assert len(await calendars.sources_of(office.bea)) == 1
    bea = await signed_in("Bea")
    asked = len(elsewhere.asked)
    assert (await bea.submit(f"{HOME}/occupations/{source}/lecture")).status_code == 303
    await letters(office.tenant)
    assert len(elsewhere.asked) == asked + 1
    removed = await bea.submit(f"{HOME}/occupations/{source}/retrait")
    assert removed.status_code == 303
    assert await calendars.sources_of(office.bea) == []


async def test_five_calendars_are_enough_and_each_has_a_name_of_its_own(
    office: Office, elsewhere: Elsewhere, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    for number in range(5):
        fields = {"source_name": f"Agenda {number}", "address": elsewhere.address}
        assert (await bea.submit(f"{HOME}/occupations", fields)).status_code == 303
    same = {"source_name": "AGENDA 1", "address": elsewhere.address}
    assert "porte déjà ce nom" in words((await bea.submit(f"{HOME}/occupations", same)).text)
    more = {"source_name": "De trop", "address": elsewhere.address}
    answer = await bea.submit(f"{HOME}/occupations", more)
    assert (answer.status_code, "Retirez-en un" in words(answer.text)) == (409, True)
    del office


async def test_an_agent_who_leaves_leaves_no_calendar_behind(
    office: Office, elsewhere: Elsewhere
) -> None:
    elsewhere.busy("a@x", at(tomorrow(), 10), at(tomorrow(), 11))
    await follow(office, elsewhere)
    await managing.remove(office.bea, Parting(), Actor("agent", office.alice))
    assert await rows("SELECT id FROM busy_source") == []
    assert await rows("SELECT id FROM absence WHERE source_id IS NOT NULL") == []


async def test_an_address_that_cannot_be_opened_any_more_is_told_and_others_are_read_on(
    office: Office, elsewhere: Elsewhere, signed_in: SignedIn
) -> None:
    broken = await follow(office, elsewhere)
    await rows("UPDATE busy_source SET address = 'torn' WHERE id = $1", broken)
    try:
        await follow(office, elsewhere, "Nextcloud")
        by_name = {one.name: one for one in await calendars.sources_of(office.bea)}
        assert by_name["Outlook"].failure == "sealed"
        assert not by_name["Nextcloud"].failure
        page = words((await (await signed_in("Bea")).get(HOME)).text)
        assert "Retirez cet agenda, puis ajoutez-le de nouveau" in page
    finally:
        # Whoever changes the keys of all tenants would stop at it.
        await rows("DELETE FROM busy_source WHERE id = $1", broken)
