"""What became of an invitation, what it is good for, and when somebody is reminded of it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from creneau.invitations.errors import InvitationExpired, InvitationRevoked, InvitationUsed
from creneau.invitations.schemas import Invitation, InvitationRule, InvitationState
from creneau.motives.schemas import Audience, Motive
from creneau.refusals import Refusal
from creneau.sharing.rules import LETTERS, MISREAD

INVITED: Final[frozenset[Audience]] = frozenset({"everyone", "invited"})
"""To whose motives one can be invited: those for agents and prescribers are never booked alone."""

REMINDED_AT: Final = time(10)
A_DAY: Final = timedelta(days=1)
LONGEST: Final = timedelta(days=365)
CODE_LENGTH: Final = 12
GROUP: Final = 4


def state_of(invitation: Invitation, now: datetime) -> InvitationState:
    """Say what became of an invitation, as its file shows it (S-11)."""
    if invitation.stands:
        return "booked"
    if invitation.revoked_at is not None:
        return "revoked"
    if invitation.ends_at <= now:
        return "expired"
    return "opened" if invitation.opened_at else "sent"


def is_open(invitation: Invitation, now: datetime) -> bool:
    """Tell whether one can book with it."""
    return state_of(invitation, now) in {"sent", "opened"}


def refuse_unless_open(invitation: Invitation, now: datetime) -> None:
    """Raise why one cannot book with it, if one cannot."""
    over: dict[InvitationState, type[Refusal]] = {
        "booked": InvitationUsed,
        "revoked": InvitationRevoked,
        "expired": InvitationExpired,
    }
    refusal = over.get(state_of(invitation, now))
    if refusal is not None:
        raise refusal


def covers(invitation: Invitation, motive: Motive) -> bool:
    """Tell whether an invitation is for a motive: its own, or one of its category."""
    if motive.archived_at is not None or motive.audience not in INVITED:
        return False
    if invitation.motive_id is not None:
        return motive.id == invitation.motive_id
    same = motive.organisation_id == invitation.organisation_id
    return same and motive.category == invitation.category


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Give the end of a day in UTC."""
    return datetime.combine(day + A_DAY, time(), zone).astimezone(UTC)


def reminder_at(
    made_at: datetime, last_day: date, rule: InvitationRule, zone: ZoneInfo
) -> datetime | None:
    """Give when whoever has not booked is reminded, in UTC: at ten, local time; None: not at all.

    Nobody is reminded once the last day is over.
    """
    if rule.remind_after_days is None:
        return None
    day = made_at.astimezone(zone).date() + timedelta(days=rule.remind_after_days)
    return None if day > last_day else datetime.combine(day, REMINDED_AT, zone).astimezone(UTC)


def to_remind_on_paper(
    invitation: Invitation, rule: InvitationRule, zone: ZoneInfo, now: datetime
) -> bool:
    """Tell whether a letter is to be written again: nobody can post one but the agents."""
    due = reminder_at(invitation.made_at, invitation.last_day, rule, zone)
    waits = invitation.on_paper and invitation.reminded_at is None and is_open(invitation, now)
    return waits and due is not None and due <= now


def written_code(letters: str) -> str:
    """Write the code of a letter as people type it, such as "7k3m-9xqd-2hvb"."""
    return "-".join(letters[at : at + GROUP] for at in range(0, CODE_LENGTH, GROUP))


def kept_secret(typed: str) -> str:
    """Give the secret that an address holds: a link's as it is, a code's however it was typed."""
    code = typed.lower().translate(MISREAD)
    is_code = len(code) == CODE_LENGTH and all(letter in LETTERS for letter in code)
    return code if is_code else typed
