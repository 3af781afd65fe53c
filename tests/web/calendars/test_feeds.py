"""A private address reads as an agenda in any program, follows every change, and can be ended."""

from datetime import UTC, datetime, time, timedelta

import msgspec
import pytest
from creneau.agents.managing import service as managing
from creneau.agents.managing.schemas import Parting
from creneau.appointments import service as appointments
from creneau.appointments.schemas import MoveRequest
from creneau.calendars import service as calendars
from creneau.calendars.schemas import AccessDraft, Owner
from creneau.context import SYSTEM, Actor, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.messages.calendar import event
from creneau.people import service as people
from creneau.people.schemas import RelativeDraft
from creneau.places import service as places
from creneau_infra import clock
from creneau_tenants import service as tenants
from icalendar import Calendar
from structlog.testing import capture_logs

from tests.days import clock_changes, today, tomorrow
from tests.web.backoffice.cast import ZOE, ZONE, Office, at, book
from tests.web.calendars.cast import Subscriber, address_of, events_in, session_at, uid
from tests.web.stage import Clients


async def test_an_address_that_nobody_gave_is_no_page(client: Clients, office: Office) -> None:
    assert (await client(office.tenant).get("/calendrier/a/rendez-vous.ics")).status_code == 404
    address = await address_of(office.bea)
    secret = address.split("/")[2]
    forged = address.replace(secret, secret[:-1] + ("A" if secret[-1] != "A" else "B"))
    assert (await client(office.tenant).get(forged)).status_code == 404


async def test_another_tenants_address_opens_nothing_here(
    client: Clients, office: Office, other_tenant: Tenant
) -> None:
    address = await address_of(office.bea)
    assert (await client(other_tenant).get(address)).status_code == 404


async def test_who_tries_addresses_is_slowed_and_nobody_else_is(
    client: Clients, office: Office
) -> None:
    guesser, address = client(office.tenant), await address_of(office.bea)
    answers = [await guesser.get(f"/calendrier/{n}/rendez-vous.ics") for n in range(61)]
    assert answers[-1].status_code == 429
    assert (await guesser.get(address)).status_code == 200


async def test_a_subscriber_sees_a_move_and_a_cancellation(client: Clients, office: Office) -> None:
    start = at(tomorrow(), 10)
    booking = await book(office, start)
    phone = Subscriber(client(office.tenant), await address_of(office.bea))
    name = uid(booking.id, office.tenant)

    await phone.refresh()
    assert phone.events[name].start == start
    assert phone.events[name]["STATUS"] == "CONFIRMED"
    assert (await phone.refresh()).status_code == 304

    later = start + timedelta(hours=2)
    move = MoveRequest(starts_at=later, place_id=office.place, resource_id=office.bea)
    await appointments.move(booking.id, move, SYSTEM)
    assert (await phone.refresh()).status_code == 200
    assert list(phone.events) == [name]
    assert phone.events[name].start == later
    assert phone.events[name]["SEQUENCE"] == 1

    await appointments.cancel(booking.id, SYSTEM)
    await phone.refresh()
    assert phone.events[name]["STATUS"] == "CANCELLED"
    assert phone.events[name]["SEQUENCE"] == 2
    assert phone.events[name]["SUMMARY"].startswith("Annulé : ")
    assert phone.events[name]["TRANSP"] == "TRANSPARENT"


async def test_what_was_cancelled_leaves_the_calendar_after_a_month(
    client: Clients, office: Office
) -> None:
    booking = await book(office, at(tomorrow(), 10))
    await appointments.cancel(booking.id, SYSTEM)
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE booking SET ended_at = ended_at - interval '31 days'")
    answer = await client(office.tenant).get(await address_of(office.bea))
    assert events_in(answer.content) == {}


async def test_the_event_has_the_uid_and_the_number_that_mails_have(
    client: Clients, office: Office
) -> None:
    booking = await book(office, at(tomorrow(), 10))
    place = await places.place(office.place)
    (mailed,) = events_in(event(booking, place, office.tenant, "PUBLISH")).values()
    answer = await client(office.tenant).get(await address_of(office.bea))
    read = events_in(answer.content)[str(mailed["UID"])]
    assert (read["SEQUENCE"], read.start, read.end) == (
        mailed["SEQUENCE"],
        mailed.start,
        mailed.end,
    )


async def test_what_a_program_knows_already_is_not_sent_again(
    client: Clients, office: Office
) -> None:
    await book(office, at(tomorrow(), 10))
    visitor, address = client(office.tenant), await address_of(office.bea)
    first = await visitor.get(address)
    by_mark = {"if-none-match": f'"other", W/{first.headers["etag"]}'}
    by_time = {"if-modified-since": first.headers["last-modified"]}
    for known in (by_mark, by_time):
        again = await visitor.get(address, headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    stale = await visitor.get(address, headers={"if-none-match": '"other"', **by_time})
    assert stale.status_code == 200
    assert first.headers["cache-control"] == "private, max-age=300"
    assert first.headers["content-type"] == "text/calendar; charset=utf-8"
    head = await visitor.head(address)
    assert (head.status_code, head.headers["etag"]) == (200, first.headers["etag"])


async def test_two_changes_within_a_second_have_two_times(client: Clients, office: Office) -> None:
    visitor, address = client(office.tenant), await address_of(office.bea)
    seen: list[str] = []
    for hour in (9, 10, 11):
        await book(office, at(tomorrow(), hour))
        seen.append((await visitor.get(address)).headers["last-modified"])
    assert len(set(seen)) == 3
    unchanged = await visitor.get(address, headers={"if-modified-since": seen[1]})
    assert unchanged.status_code == 200


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ("motive", "Carte d’identité"),
        ("initials", "Z. P. · Carte d’identité"),
        ("name", "Zoé Petit · Carte d’identité"),
    ],
)
async def test_an_event_says_of_the_person_what_the_agent_chose(
    client: Clients, office: Office, detail: str, words: str
) -> None:
    await book(office, at(tomorrow(), 10))
    address = await address_of(office.bea, msgspec.convert(detail, str))  # type: ignore[arg-type] - the names of the cases
    answer = await client(office.tenant).get(address)
    (read,) = events_in(answer.content).values()
    assert read["SUMMARY"] == words
    assert ("Petit" in answer.text) == (detail == "name")
    assert "0601020304" not in answer.text
    assert "zoe@example.org" not in answer.text


async def test_a_colleagues_appointments_and_those_long_past_are_not_there(
    client: Clients, office: Office
) -> None:
    old = await book(office, at(today() - timedelta(days=1), 10))
    async with tenant_transaction() as tx:
        for table in ("appointment", "allocation"):
            await tx.execute(
                f"UPDATE {table} SET starts_at = starts_at - interval '91 days', "
                "ends_at = ends_at - interval '91 days' WHERE tenant_id = $1",
                office.tenant.id,
            )
    seen = await book(office, at(tomorrow(), 10))
    visitor = client(office.tenant)
    assert [*events_in((await visitor.get(await address_of(office.bea))).content)] == [
        uid(seen.id, office.tenant)
    ]
    assert events_in((await visitor.get(await address_of(office.bob))).content) == {}
    del old


async def test_what_a_visitor_only_holds_is_not_there(client: Clients, office: Office) -> None:
    booking = await book(office, at(tomorrow(), 10))
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE booking SET state = 'held', held_until = now() + interval '5 minutes'"
        )
        await tx.execute("UPDATE allocation SET held_until = now() + interval '5 minutes'")
    answer = await client(office.tenant).get(await address_of(office.bea))
    assert str(booking.id) not in answer.text


async def test_a_group_session_is_one_event_that_counts(client: Clients, office: Office) -> None:
    session = await session_at(office, 14)
    answer = await client(office.tenant).get(await address_of(office.bea, "name"))
    (read,) = events_in(answer.content).values()
    assert read["UID"] == uid(session, office.tenant)
    assert read["SUMMARY"] == "Atelier (0 inscrit)"


async def test_no_name_begins_a_line_of_its_own(client: Clients, office: Office) -> None:
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE motive SET name = $1", "Vol;avec,tout\\cela\r\nATTENDEE:mailto:x@y {{7*7}}"
        )
        await tx.execute("UPDATE place SET address = $1", "1 rue\r\nEND:VEVENT\r\nBEGIN:VALARM")
    await book(office, at(tomorrow(), 10))
    answer = await client(office.tenant).get(await address_of(office.bea))
    (read,) = events_in(answer.content).values()
    assert read["SUMMARY"] == "Vol;avec,tout\\cela ATTENDEE:mailto:x@y {{7*7}}"
    assert "ATTENDEE" not in read
    assert read.alarms.times == []
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))


@pytest.mark.parametrize("hour", [0, 1])
async def test_the_hour_that_comes_twice_keeps_its_instant(
    client: Clients, office: Office, hour: int
) -> None:
    booking = await book(office, at(tomorrow(), 10))
    _forward, back = clock_changes()
    day = datetime.combine(back, time(hour, 30), UTC)
    async with tenant_transaction() as tx:
        for table in ("appointment", "allocation"):
            await tx.execute(
                f"UPDATE {table} SET starts_at = $1, ends_at = $2",
                day,
                day + timedelta(minutes=30),
            )
    answer = await client(office.tenant).get(await address_of(office.bea))
    read = events_in(answer.content)[uid(booking.id, office.tenant)]
    assert read.start.astimezone(UTC) == day
    assert read.end.astimezone(UTC) - day == timedelta(minutes=30)


async def test_the_time_zone_changes_when_the_law_says(client: Clients, office: Office) -> None:
    await book(office, at(tomorrow(), 10))
    answer = await client(office.tenant).get(await address_of(office.bea))
    calendar = Calendar.from_ical(answer.content)
    (zone,) = calendar.timezones  # type: ignore[union-attr] - a calendar, not a list of them
    read = zone.to_tz(lookup_tzid=False)
    for day in clock_changes():
        for hour in range(4):
            moment = datetime.combine(day, time(hour), UTC)
            assert moment.astimezone(read).utcoffset() == moment.astimezone(ZONE).utcoffset()


async def test_an_ended_address_is_gone_and_a_renewed_one_too(
    client: Clients, office: Office
) -> None:
    owner, actor = Owner("agent", office.bea), Actor("agent", office.bea)
    visitor, address = client(office.tenant), await address_of(office.bea)
    (access,) = await calendars.accesses_of(owner)
    _access, secret = await calendars.renew(owner, access.id, actor)
    assert (await visitor.get(address)).status_code == 410
    renewed = f"/calendrier/{secret}/rendez-vous.ics"
    assert (await visitor.get(renewed)).status_code == 200
    await calendars.end(owner, access.id, actor)
    assert (await visitor.get(renewed)).status_code == 410


async def test_an_agent_who_left_leaves_no_address_behind(client: Clients, office: Office) -> None:
    visitor, address = client(office.tenant), await address_of(office.bob)
    assert (await visitor.get(address)).status_code == 200
    await managing.remove(office.bob, Parting(), Actor("agent", office.alice))
    assert (await visitor.get(address)).status_code == 410


async def test_an_agent_without_the_right_reads_no_agenda(client: Clients, office: Office) -> None:
    address = await address_of(office.bob)
    async with tenant_transaction() as tx:
        await tx.execute("DELETE FROM membership WHERE agent_id = $1", office.bob)
    assert (await client(office.tenant).get(address)).status_code == 410


async def test_a_suspended_tenants_address_answers_again_after_it_resumes(
    client: Clients, office: Office
) -> None:
    visitor, address = client(office.tenant), await address_of(office.bea)
    await tenants.suspend(office.tenant.id)
    assert (await visitor.get(address)).status_code == 503
    await tenants.resume(office.tenant.id)
    assert (await visitor.get(address)).status_code == 200


async def test_a_person_reads_their_own_and_their_relatives_appointments(
    client: Clients, office: Office
) -> None:
    booking = await book(office, at(tomorrow(), 10))
    await book(office, at(tomorrow(), 15), msgspec.structs.replace(ZOE, last_name="Autre"))
    assert booking.person_id is not None
    owner = Owner("person", booking.person_id)
    secret = await calendars.make(owner, AccessDraft(name="Téléphone"), Actor("person", owner.id))
    answer = await client(office.tenant).get(f"/calendrier/{secret}/rendez-vous.ics")
    (read,) = events_in(answer.content).values()
    assert read["UID"] == uid(booking.id, office.tenant)
    assert "Bea Martin" in read["DESCRIPTION"]
    assert "Zoé" not in answer.text

    child = RelativeDraft(first_name="Léo", last_name="Petit")
    relative = await people.add_relative(owner.id, child, Actor("person", owner.id))
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE booking SET person_id = $1 WHERE id = $2", relative, booking.id)
    named = await calendars.make(
        owner, AccessDraft(name="Tablette", detail="name"), Actor("person", owner.id)
    )
    answer = await client(office.tenant).get(f"/calendrier/{named}/rendez-vous.ics")
    (read,) = events_in(answer.content).values()
    assert read["SUMMARY"] == "Léo · Carte d’identité"


async def test_an_erased_persons_address_was_never_there(client: Clients, office: Office) -> None:
    booking = await book(office, at(today() - timedelta(days=1), 10))
    assert booking.person_id is not None
    owner = Owner("person", booking.person_id)
    secret = await calendars.make(owner, AccessDraft(name="Téléphone"), Actor("person", owner.id))
    told = await people.export(booking.person_id)
    assert [one["name"] for one in told["calendar_accesses"]] == ["Téléphone"]
    assert secret not in str(told)
    await people.erase(booking.person_id, Actor("person", owner.id))
    visitor = client(office.tenant)
    assert (await visitor.get(f"/calendrier/{secret}/rendez-vous.ics")).status_code == 404
    async with tenant_transaction() as tx:
        assert await tx.value("SELECT count(*) FROM calendar_access") == 0


async def test_no_secret_is_kept_or_logged(client: Clients, office: Office) -> None:
    address = await address_of(office.bea)
    secret = address.split("/")[2]
    with capture_logs() as lines:
        await client(office.tenant).get(address)
        await client(office.tenant).get(address[:-8] + ".txt")
    assert [line["route"] for line in lines if line["event"] == "request"][:1] == [
        "/calendrier/{calendar_secret}/rendez-vous.ics"
    ]
    assert secret not in str(lines)
    async with tenant_transaction() as tx:
        kept = str(await tx.rows("SELECT c.*, h.details FROM calendar_access c, history h"))
    assert secret not in kept


async def test_the_owner_sees_when_an_address_was_read(client: Clients, office: Office) -> None:
    address = await address_of(office.bea)
    owner = Owner("agent", office.bea)
    assert (await calendars.accesses_of(owner))[0].read_at is None
    await client(office.tenant).get(address)
    read_at = (await calendars.accesses_of(owner))[0].read_at
    assert read_at is not None
    assert clock.now() - read_at < timedelta(minutes=1)


async def test_the_language_is_that_in_which_it_was_made(client: Clients, office: Office) -> None:
    booking = await book(office, at(tomorrow(), 10))
    await appointments.cancel(booking.id, SYSTEM)
    with acting_for(office.tenant, "en"):
        address = await address_of(office.bea)
    answer = await client(office.tenant).get(address, headers={"accept-language": "fr"})
    (read,) = events_in(answer.content).values()
    assert read["SUMMARY"] == "Cancelled: Carte d’identité"
