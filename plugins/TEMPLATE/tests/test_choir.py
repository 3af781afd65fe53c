"""The plugin keeps the contract of every plugin, and does what it is there for."""

from uuid import UUID

from creneau.appointments.schemas import ConfirmRequest
from creneau.context import acting_for
from creneau.database import Transaction, tenant_transaction
from creneau.people.schemas import Identity
from creneau.testing.contract import PluginContract
from creneau.testing.factories import new_booking, new_town
from creneau_choir import queries
from creneau_choir.routes import HREF
from creneau_tenants.service import switch_plugin, tenant_by_slug

from .conftest import Ask, new_tenant


class TestChoir(PluginContract):
    """What is asked of every plugin."""

    name = "choir"

    async def leave_traces(self, tx: Transaction, booking_id: UUID) -> None:
        """Write a row into the one table about bookings."""
        await queries.keep(tx, booking_id, "alto")


async def test_switched_on_it_asks_keeps_and_shows(ask: Ask) -> None:
    tenant = await new_tenant(frozenset())
    assert (await ask(tenant, "GET", HREF)).status_code == 404
    await switch_plugin(tenant.id, "choir", True)
    on = (await tenant_by_slug(tenant.slug)).tenant
    # A stranger is led to the sign-in: the page is there.
    assert (await ask(on, "GET", HREF)).headers["location"].startswith("/agents/connexion")
    with acting_for(on):
        town = await new_town()
        request = ConfirmRequest(
            identity=Identity(first_name="Zoé", last_name="Petit"),
            instructions_accepted=True,
            values={"choir_voice": "alto"},
        )
        booking = await new_booking(town, request)
        async with tenant_transaction() as tx:
            assert await queries.of_booking(tx, booking.id) == "alto"
    await switch_plugin(tenant.id, "choir", False)
    assert (await ask(tenant, "GET", HREF)).status_code == 404
