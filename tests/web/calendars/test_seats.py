"""A person's seat in a session is one event of their calendar, whatever session it is in."""

from creneau.appointments import service as appointments
from creneau.appointments.schemas import ConfirmRequest, HoldRequest, MoveRequest
from creneau.calendars import service as calendars
from creneau.calendars.schemas import AccessDraft, Owner
from creneau.context import SYSTEM, Actor
from creneau.database import tenant_transaction
from creneau.messages.calendar import event
from creneau.places import service as places
from creneau_infra import clock

from tests.web.backoffice.cast import ZOE, Office
from tests.web.calendars.cast import Subscriber, events_in, session_at
from tests.web.stage import Clients


async def test_a_person_who_changes_seats_has_one_event_that_counts_on(
    client: Clients, office: Office
) -> None:
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE motive SET capacity = 12 WHERE id = $1", office.motive)
    first, second = [await session_at(office, hour) for hour in (9, 14)]
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE appointment SET sequence = 9 WHERE id = $1", first)
    hold = HoldRequest(
        motive_id=office.motive,
        place_id=office.place,
        starts_at=clock.now(),
        appointment_id=first,
        owner=b"owner",
        source="agent",
    )
    booking = await appointments.book(hold, ConfirmRequest(identity=ZOE), SYSTEM)
    assert booking.person_id is not None
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE booking SET created_at = created_at - interval '1 day',"
            " confirmed_at = confirmed_at - interval '1 day'"
        )
        await tx.execute("UPDATE allocation SET id = uuidv7(interval '-1 day')")
    owner = Owner("person", booking.person_id)
    secret = await calendars.make(owner, AccessDraft(name="Téléphone"), Actor("person", owner.id))
    phone = Subscriber(client(office.tenant), f"/calendrier/{secret}/rendez-vous.ics")
    await phone.refresh()
    (before,) = phone.events.values()
    assert before["SUMMARY"] == "Atelier"
    assert str(before["URL"]).endswith(f"/mes-rendez-vous/{booking.id}")

    move = MoveRequest(starts_at=clock.now(), appointment_id=second)
    moved = await appointments.move(booking.id, move, SYSTEM)
    await phone.refresh()
    (after,) = phone.events.values()
    place = await places.place(office.place)
    (mailed,) = events_in(event(moved, place, office.tenant, "PUBLISH")).values()
    assert before["UID"] == after["UID"] == mailed["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert 0 <= mailed["SEQUENCE"] - after["SEQUENCE"] < 60
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt
