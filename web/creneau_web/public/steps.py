"""The steps between a held slot and its confirmation, and which of them comes next (C-41)."""

from typing import Any, Literal
from uuid import UUID

import msgspec
from creneau.appointments import service as appointments
from creneau.appointments.errors import HoldExpired
from creneau.appointments.schemas import Booking
from creneau.i18n import local
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.organisations import service as organisations
from creneau.organisations.schemas import Organisation
from creneau.places import service as places
from creneau.places.schemas import Place
from creneau.refusals import NotFound
from creneau_infra import clock

from creneau_web.public.journeys import AnyRequest, Draft, Journey
from creneau_web.public.offers import zone_note, zone_of
from creneau_web.public.refusals import Elsewhere, HoldOver
from creneau_web.public.slot_values import SlotChoice

StepName = Literal["identity", "code", "instructions", "confirmation"]
ORDER: tuple[StepName, ...] = ("identity", "code", "instructions", "confirmation")


class Step:
    """A step of a booking on its way: what was chosen, and what the visitor has answered."""

    def __init__(
        self,
        journey: Journey,
        booking: Booking,
        motive: Motive,
        place: Place,
        organisation: Organisation,
    ) -> None:
        self.journey = journey
        self.booking = booking
        self.motive = motive
        self.place = place
        self.organisation = organisation

    @property
    def draft(self) -> Draft:
        """What was answered so far."""
        return self.journey.memory.drafts[str(self.booking.id)]

    @property
    def href(self) -> str:
        """The address of the first step."""
        return f"/reservation/{self.booking.id}"

    @property
    def next_href(self) -> str:
        """The address of the first step that is still to do."""
        name = next_step(self.draft, self.motive, self.journey.session.email)
        return self.href if name == "identity" else f"{self.href}/{name}"

    async def answer(self, **changes: object) -> None:
        """Keep an answer."""
        await self.journey.keep_draft(
            self.booking.id, msgspec.structs.replace(self.draft, **changes)
        )

    def context(self) -> dict[str, Any]:
        """Give what every step's page shows: the choices so far and the time left (C-23)."""
        held_until = self.booking.held_until or clock.now()
        zone = zone_of(self.place)
        return {
            "step": self,
            "motive": self.motive,
            "place": self.place,
            "organisation": self.organisation,
            "starts_at": local(self.booking.starts_at, zone),
            "zone_note": zone_note(self.place),
            "held_until": local(held_until, zone),
            "seconds_left": max(0, int((held_until - clock.now()).total_seconds())),
        }


def next_step(draft: Draft, motive: Motive, proven_email: str | None) -> StepName:
    """Say which step is still to do; `proven_email` is the address proven in this session."""
    if not draft.answered:
        return "identity"
    if draft.proven_by and draft.proven_by != proven_email:
        return "code"
    if motive.instructions_before and not draft.accepted:
        return "instructions"
    return "confirmation"


async def open_step(request: AnyRequest, booking_id: UUID, name: StepName) -> Step:
    """Read a booking on its way for one of its steps.

    Raises:
        NotFound: This visitor never held it.
        HoldOver: The time to confirm is over (C-23).
        Elsewhere: An earlier step is still to do, or all is done.
    """
    step = await read_step(request, booking_id)
    to_do = next_step(step.draft, step.motive, step.journey.session.email)
    if ORDER.index(to_do) < ORDER.index(name) or (name == "code" != to_do):
        raise Elsewhere(step.next_href)
    return step


async def read_step(request: AnyRequest, booking_id: UUID) -> Step:
    """Read a booking on its way, whatever is still to do.

    Raises:
        NotFound: This visitor never held it.
        HoldOver: The time to confirm is over (C-23).
        Elsewhere: It is confirmed.
    """
    journey = await Journey.current(request)
    draft = journey.draft(booking_id) if journey else None
    if journey is None or draft is None:
        raise NotFound
    if draft.confirmed:
        raise Elsewhere(f"/reservation/{booking_id}/termine")
    try:
        booking = await appointments.held(booking_id, journey.owner)
    except (HoldExpired, NotFound) as error:
        raise hold_over(draft) from error
    if booking.state != "held":
        await journey.keep_draft(booking_id, msgspec.structs.replace(draft, confirmed=True))
        raise Elsewhere(f"/reservation/{booking_id}/termine")
    motive, place = await motives.motive(draft.motive_id), await places.place(draft.place_id)
    organisation = await organisations.organisation(place.organisation_id)
    return Step(journey, booking, motive, place, organisation)


def hold_over(draft: Draft) -> HoldOver:
    """Say that the hold of a draft is over, and how to take the slot again."""
    choice = SlotChoice(starts_at=draft.starts_at, appointment_id=draft.session_id)
    return HoldOver(draft.motive_id, draft.place_id, choice.value, draft.agent_id)
