"""A person's own copy of the data, and being forgotten (C-44)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
import pytest
from creneau.appointments import service as appointments
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.contributions import PersonalData
from creneau.database import Transaction, tenant_transaction
from creneau.hookspecs import hookimpl
from creneau.people import privacy, service
from creneau.people.errors import HasUpcomingBookings
from creneau.people.schemas import Identity, RelativeDraft
from creneau.plugins import Plugins
from creneau.refusals import NotFound

from tests.platform.cast import Stranger, Town
from tests.platform.planning import OWNER, book, open_for, slots, soon

JEANNE = Identity(
    first_name="Jeanne", last_name="Dupont", email="jeanne@exemple.fr", phone="0612345678"
)
CANARIES = ("Jeanne", "Dupont", "jeanne@exemple.fr", "+33612345678", "Léo")


class Diary(PersonalData, frozen=True):
    """A plugin's records: what was asked of it, for whom."""

    asked: list[tuple[str, UUID]]

    async def export(self, tx: Transaction, person_id: UUID) -> Mapping[str, object]:
        """Give one line."""
        assert tx.tenant_id
        return {"diary": {"of": str(person_id)}}

    async def erase(self, tx: Transaction, person_id: UUID) -> None:
        """Remember that it was asked."""
        assert tx.tenant_id
        self.asked.append(("erase", person_id))


class DiaryPlugin:
    """A plugin with nothing but personal data."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, UUID]] = []

    @hookimpl
    def personal_data(self, tenant: Tenant) -> Sequence[PersonalData]:
        """Take part."""
        assert tenant.slug
        return (Diary(self.asked),)


@pytest.fixture
def diary(monkeypatch: pytest.MonkeyPatch) -> DiaryPlugin:
    """Install one plugin, which no tenant has switched on."""
    plugin = DiaryPlugin()
    plugins = Plugins({"diary": plugin})
    monkeypatch.setattr(privacy, "installed", lambda: plugins)
    return plugin


async def booked(town: Town, days: int) -> UUID:
    """Book Jeanne for a day and give her id."""
    day = soon(days)
    await open_for(town, town.alice, day)
    booking = await book(town, (await slots(town, day))[0].starts_at, JEANNE)
    assert booking.person_id is not None
    return booking.person_id


async def everything_stored(tenant: Tenant) -> str:
    """Read all that could name Jeanne, as one text."""
    async with tenant_transaction(tenant.id) as tx:
        tables = ("person", "booking", "appointment", "session", "email_code", "history", "outbox")
        rows = [[dict(row) for row in await tx.rows(f"SELECT * FROM {table}")] for table in tables]
    return str(rows)


async def test_an_export_holds_the_person_the_relatives_the_bookings_and_the_plugins(
    town: Town, diary: DiaryPlugin
) -> None:
    jeanne = await booked(town, 3)
    leo = await service.add_relative(
        jeanne, RelativeDraft(first_name="Léo", last_name="Dupont"), SYSTEM
    )
    data = await service.export(jeanne)
    assert diary.asked == []
    assert data["person"]["email"] == "jeanne@exemple.fr"
    assert [booking["motive"] for booking in data["bookings"]] == ["Carte d’identité"]
    assert "booking.confirmed" in {event["action"] for event in data["history"]}
    assert data["diary"] == {"of": str(jeanne)}
    assert [relative["person"]["first_name"] for relative in data["relatives"]] == ["Léo"]
    assert data["relatives"][0]["diary"] == {"of": str(leo)}
    assert msgspec.json.encode(data)


@pytest.mark.usefixtures("diary")
async def test_somebody_with_an_appointment_to_come_is_told_to_cancel_first(town: Town) -> None:
    jeanne = await booked(town, 3)
    with pytest.raises(HasUpcomingBookings):
        await service.erase(jeanne, SYSTEM)
    assert (await service.person(jeanne)).first_name == "Jeanne"


async def test_a_person_who_is_forgotten_is_named_nowhere(
    tenant: Tenant, town: Town, diary: DiaryPlugin
) -> None:
    jeanne = await booked(town, 3)
    leo = await service.add_relative(
        jeanne, RelativeDraft(first_name="Léo", last_name="Dupont"), SYSTEM
    )
    for booking in await appointments.of_person(jeanne):
        await appointments.cancel(booking.id, SYSTEM)
    await write_session(tenant, jeanne)
    await service.erase(jeanne, SYSTEM)
    stored = await everything_stored(tenant)
    assert [canary for canary in CANARIES if canary in stored] == []
    assert diary.asked == [("erase", jeanne), ("erase", leo)]
    with pytest.raises(NotFound):
        await service.person(jeanne)
    with pytest.raises(NotFound):
        await service.export(leo)
    with pytest.raises(NotFound):
        await service.erase(jeanne, SYSTEM)


async def write_session(tenant: Tenant, person: UUID) -> None:
    async with tenant_transaction(tenant.id) as tx:
        for email, of_person in (("jeanne@exemple.fr", None), (None, person)):
            await tx.execute(
                """
                INSERT INTO session (tenant_id, digest, email, person_id, expires_at)
                VALUES ($1, $2, $3, $4, now() + interval '1 day')
                """,
                tenant.id,
                f"{OWNER!r}{email}".encode(),
                email,
                of_person,
            )


@pytest.mark.usefixtures("diary")
async def test_the_same_address_afterwards_is_a_new_person(town: Town) -> None:
    jeanne = await booked(town, 3)
    for booking in await appointments.of_person(jeanne):
        await appointments.cancel(booking.id, SYSTEM)
    await service.erase(jeanne, SYSTEM)
    assert await booked(town, 4) != jeanne


@pytest.mark.usefixtures("diary")
async def test_being_forgotten_here_leaves_the_other_tenants_person_alone(
    town: Town, stranger: Stranger
) -> None:
    jeanne = await booked(town, 3)
    with acting_for(stranger.tenant):
        theirs = await booked(stranger.town, 3)
    for booking in await appointments.of_person(jeanne):
        await appointments.cancel(booking.id, SYSTEM)
    await service.erase(jeanne, SYSTEM)
    with acting_for(stranger.tenant):
        assert (await service.person(theirs)).first_name == "Jeanne"
