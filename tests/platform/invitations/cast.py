"""Somebody to invite, the post that brings it to them, and a booking with it."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, ConfirmRequest, HoldRequest
from creneau.availability import service as availability
from creneau.availability.schemas import Asking, Slot, SlotQuery
from creneau.context import VISITOR, Actor, Tenant
from creneau.database import tenant_transaction
from creneau.invitations import jobs, service
from creneau.invitations.rules import state_of
from creneau.invitations.schemas import InvitationDraft
from creneau.people import service as people
from creneau.people.schemas import Identity
from creneau_infra import clock
from creneau_infra.mail.schemas import Message
from creneau_infra.outbox.service import deliver_due

from tests.days import today
from tests.platform.cast import Town

LINK = re.compile(r"/invitation/([\w-]+)")
PARIS = ZoneInfo("Europe/Paris")


class Post:
    """Does the outbox's work of one tenant, now or later, and keeps the letters."""

    def __init__(self, tenant: Tenant, patch: pytest.MonkeyPatch) -> None:
        self._tenant = tenant
        self._patch = patch
        self.letters: list[Message] = []

    async def walk(self) -> list[Message]:
        """Deliver what is due, and give the letters of this round."""
        before = len(self.letters)

        async def deliver(message: Message) -> None:
            self.letters.append(message)

        async def tenant_of(_tenant_id: UUID) -> Tenant:
            return self._tenant

        await deliver_due(jobs.handlers(deliver, tenant_of), self._tenant.id)
        return self.letters[before:]

    async def walk_at(self, moment: datetime) -> list[Message]:
        """Do the same at a later moment."""
        self._patch.setattr(clock, "now", lambda: moment)
        async with tenant_transaction() as tx:
            # The database's clock cannot be moved: what is due by then is made due now.
            await tx.execute(
                "UPDATE outbox SET due_at = now() "
                "WHERE tenant_id = $1 AND done_at IS NULL AND due_at <= $2",
                tx.tenant_id,
                moment,
            )
        return await self.walk()


def token_in(message: Message) -> str:
    found = LINK.search(message.text)
    assert found is not None
    return found[1]


async def a_person(**changes: Any) -> UUID:
    """Write down Amina, who can be reached by mail."""
    values: dict[str, Any] = {
        "first_name": "Amina",
        "last_name": "Diallo",
        "email": f"amina-{uuid4().hex[:8]}@exemple.fr",
        **changes,
    }
    async with tenant_transaction() as tx:
        return await people.identified(tx, Identity(**values), VISITOR, email_proven=True)


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


async def invite(town: Town, person_id: UUID, **changes: Any) -> UUID:
    """Have Alice invite somebody to the town's motive by mail, for a month."""
    values: dict[str, Any] = {
        "person_id": person_id,
        "organisation_id": town.organisation,
        "motive_id": town.motive,
        "channel": "email",
        "last_day": in_days(30),
        **changes,
    }
    return await service.invite(InvitationDraft(**values), Actor("agent", town.alice))


async def asking(invitation_id: UUID) -> Asking:
    return await service.asking_of(await service.invitation(invitation_id))


async def slots_with(town: Town, invitation_id: UUID) -> list[Slot]:
    """Search as whoever opened the invitation does."""
    query = SlotQuery(
        motive_id=town.motive,
        starts_from=clock.now(),
        starts_before=clock.now() + timedelta(days=9),
        asking=await asking(invitation_id),
    )
    return await availability.find_slots(query)


def held(town: Town, slot: Slot, found: Asking, **changes: Any) -> HoldRequest:
    values: dict[str, Any] = {
        "motive_id": town.motive,
        "starts_at": slot.starts_at,
        "place_id": slot.place_id,
        "owner": b"amina",
        "asking": found,
        **changes,
    }
    return HoldRequest(**values)


async def book_with(town: Town, invitation_id: UUID, person_id: UUID, at: int = 0) -> Booking:
    """Book the first free time, or a later one, with an invitation."""
    slot = (await slots_with(town, invitation_id))[at]
    request = ConfirmRequest(person_id=person_id, invitation_id=invitation_id)
    return await appointments.book(held(town, slot, await asking(invitation_id)), request, VISITOR)


async def state(invitation_id: UUID) -> str:
    return state_of(await service.invitation(invitation_id), clock.now())
