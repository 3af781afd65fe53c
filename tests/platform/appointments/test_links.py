from typing import Any

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.errors import LinkExpired
from creneau.context import acting_for
from creneau.database import tenant_transaction
from creneau.refusals import NotFound

from tests.platform.cast import Stranger, Town
from tests.platform.planning import book, nine


@pytest.mark.feature("C-45")
async def test_a_link_is_random_kept_as_a_digest_expires_and_changes_nothing(
    opened: Town, stranger: Stranger, later: Any
) -> None:
    booking = await book(opened, nine())
    async with tenant_transaction() as tx:
        token, other = [await appointments.link_for(tx, booking.id) for _ in range(2)]
        kept = await tx.rows("SELECT digest FROM booking_link WHERE tenant_id = $1", tx.tenant_id)
    assert token != other
    assert len(token) >= 32
    assert all(token.encode() not in row["digest"] for row in kept)
    assert await appointments.by_link(token) == booking
    assert await appointments.get(booking.id) == booking
    with acting_for(stranger.tenant), pytest.raises(NotFound):
        await appointments.by_link(token)
    with pytest.raises(NotFound):
        await appointments.by_link(token[:-1])
    later(days=60)
    with pytest.raises(LinkExpired):
        await appointments.by_link(token)
