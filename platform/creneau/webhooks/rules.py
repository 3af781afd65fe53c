"""What can be told, when a call is tried again, and when an endpoint is given up."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from creneau.appointments.schemas import Booking
from creneau.i18n import gettext as _
from creneau.validation import Checked
from creneau.webhooks.schemas import EndpointDraft, Event

API_VERSION: Final = "v1"
TEST: Final[Event] = "endpoint.test"
EVENTS: Final[Mapping[str, Event]] = {
    "booking.confirmed": "booking.created",
    "booking.moved": "booking.moved",
    "booking.cancelled": "booking.cancelled",
    "booking.to_reschedule": "booking.to_reschedule",
    "booking.status_changed": "booking.status_changed",
}
"""What the engine calls it in the outbox, and what receivers are told."""

CHOICES: Final = tuple(EVENTS.values())
MOST_ENDPOINTS: Final = 20
LONGEST_ADDRESS: Final = 2000

TRIED_FOR: Final = timedelta(hours=24)
FIRST_WAIT: Final = timedelta(seconds=10)
LONGEST_WAIT: Final = timedelta(hours=4)
SHORTEST_WAIT: Final = timedelta(seconds=1)
MOST_DOUBLINGS: Final = 12

OVERLAP: Final = timedelta(hours=24)
"""How long the former secret still signs beside a new one."""

KEPT: Final = timedelta(days=30)
FAILS_FOR: Final = timedelta(days=3)
FAILS_TIMES: Final = 10


def checked_endpoint(draft: EndpointDraft) -> EndpointDraft:
    """Clean what was typed; whether the address may be called is asked elsewhere.

    Raises:
        InvalidInput: There is no address or no event, or one of them cannot be used.
    """
    checked = Checked()
    address = checked.line(
        "address",
        draft.address,
        needed=_("Écrivez l’adresse qui reçoit, comme https://www.exemple.fr/creneau."),
        longest=LONGEST_ADDRESS,
    )
    if "#" in address or " " in address:
        checked.refuse("address", _("Écrivez l’adresse sans espace ni « # »."))
    events = [event for event in CHOICES if event in draft.events]
    if not events or not set(draft.events) <= set(CHOICES):
        checked.refuse("events", _("Choisissez au moins un événement."))
    clean = EndpointDraft(
        address=address,
        description=checked.line("description", draft.description),
        events=events,
    )
    checked.refuse_if_wrong()
    return clean


def wait_before_next(
    tried: int, left: timedelta, chance: float, asked: timedelta = timedelta()
) -> timedelta | None:
    """Tell how long to wait after the failed try number `tried`; None to give up.

    Ten seconds, then twice as long each time up to four hours, of which `chance` (0 to 1) takes a
    part: receivers that come back are not met by everybody at once. The last try is made when the
    time that is `left` ends. `asked` is how long the receiver wants us to stay away.
    """
    if left <= timedelta():
        return None
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(tried - 1, MOST_DOUBLINGS))
    return min(left, max(SHORTEST_WAIT, longest * chance, asked))


def moment_of(event_id: UUID) -> datetime:
    """Tell when an event happened: its id is the outbox row's, which begins with the milliseconds."""
    return datetime.fromtimestamp((event_id.int >> 80) / 1000, UTC)


def sequence_of(booking: Booking, event_id: UUID) -> int:
    """Count a booking's changes. A group session counts its own: whoever changes seats counts by the clock."""
    if not booking.group_session:
        return booking.sequence
    return max(0, int((moment_of(event_id) - booking.created_at).total_seconds()))
