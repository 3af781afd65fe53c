"""A calendar elsewhere with thousands of times is taken over at once: bookings wait meanwhile."""

from collections.abc import Iterator
from datetime import UTC, timedelta

from creneau.calendars import service as calendars
from creneau.calendars.schemas import BusyDraft
from creneau.context import Actor
from creneau.database import tenant_transaction
from creneau.planning import importing
from creneau.planning.queries import locks
from creneau.planning.rules import Span
from creneau.planning.schemas import ReadFrom
from creneau_infra import clock

from tests.days import tomorrow
from tests.web.backoffice.cast import Office, at


class Looked(tuple[Span, ...]):
    """Times that know how often all of them were gone through."""

    __slots__ = ()
    times = 0

    def __iter__(self) -> Iterator[Span]:
        Looked.times += 1
        return super().__iter__()


async def test_times_that_are_known_are_compared_without_going_through_all_for_each(
    office: Office,
) -> None:
    draft = BusyDraft(name="Outlook", address="https://agenda.example.org/a.ics")
    source = await calendars.add_source(office.bea, draft, Actor("agent", office.bea))
    read_from = ReadFrom(id=source, resource_id=office.bea, name="Outlook")
    start = at(tomorrow(), 0).astimezone(UTC)
    hours = (start + timedelta(hours=n) for n in range(40))
    meant = Looked(Span(one, one + timedelta(minutes=30)) for one in hours)
    for added in (40, 0):
        Looked.times = 0
        async with tenant_transaction() as tx:
            await locks.plan_alone(tx)
            done = await importing.follow(tx, read_from, meant, clock.now())
        assert (done.added, done.removed) == (added, 0)
        assert Looked.times <= 2
