from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking
from creneau.context import SYSTEM, Tenant

from tests.days import today
from tests.web.backoffice.cast import Office, at, book, furnish_office, sign_in
from tests.web.backoffice.standing import ADAM
from tests.web.stage import Clients, Visitor

SignedIn = Callable[[str], Awaitable[Visitor]]


@pytest.fixture
async def office(tenant: Tenant) -> Office:
    return await furnish_office(tenant)


@pytest.fixture
def signed_in(client: Clients, office: Office) -> SignedIn:
    """Sign somebody of the office in, by first name."""

    async def enter(name: str) -> Visitor:
        return await sign_in(client(office.tenant), name)

    return enter


@pytest.fixture
async def booked(office: Office) -> list[Booking]:
    """Five appointments: to fill in, seen, missed, excused, and one to come."""
    days = (-2, -1, -1, -1, 1)
    found = [
        await book(office, at(today() + timedelta(days=day), 9 + number), ADAM)
        for number, day in enumerate(days)
    ]
    for booking, state in zip(found[1:4], ("seen", "no_show", "excused"), strict=True):
        await appointments.set_state(booking.id, state, SYSTEM)
    return found
