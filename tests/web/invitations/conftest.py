import pytest
from creneau.context import Tenant

from tests.platform.cast import new_motive
from tests.platform.planning import soon
from tests.web.backoffice.cast import Office
from tests.web.backoffice.conftest import office, signed_in
from tests.web.documents.test_office_papers import service_of
from tests.web.invitations.cast import Invited, opened_for

__all__ = ["office", "signed_in"]


@pytest.fixture
async def invited(tenant: Tenant, office: Office) -> Invited:
    """Add a motive for invited people alone to Bea's agenda, by phone and on the spot."""
    del tenant
    service = await service_of(office)
    spot = await new_motive(
        office.organisation, service, name="Bilan", audience="invited", category="Suivi"
    )
    call = await new_motive(
        office.organisation,
        service,
        name="Bilan par téléphone",
        audience="invited",
        category="Suivi",
        location_type="phone",
    )
    await opened_for(office, [spot, call], soon(1))
    return Invited(office=office, motive=spot, by_phone=call)
