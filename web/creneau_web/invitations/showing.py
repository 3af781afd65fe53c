"""A person's invitations on their file: what was asked of them, and what became of it (S-11)."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.invitations import service as invitations
from creneau.invitations.rules import is_open, state_of, to_remind_on_paper
from creneau.invitations.schemas import (
    Invitation,
    InvitationChannel,
    InvitationRule,
    InvitationState,
)
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.schemas import Receipt
from creneau.messages.receipts.words import told
from creneau.motives import service as motives
from creneau.organisations import service as organisations
from creneau.people.schemas import Person
from creneau_infra import clock

from creneau_web.persons.within import href_of

KINDS: Final = {
    "sent": ("info", "mail"),
    "opened": ("info", "info"),
    "booked": ("success", "check"),
    "expired": ("neutral", "clock"),
    "revoked": ("neutral", "cross"),
}
ARRIVED: Final = frozenset({"queued", "sent"})


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation as the file shows it; the times are local to the tenant."""

    id: UUID
    href: str
    what: str
    state: str
    kind: str
    icon: str
    how: str
    made_at: datetime
    opened_at: datetime | None
    reminded_at: datetime | None
    booked_at: datetime | None
    last_day: date
    referents_only: bool
    booking_href: str
    trouble: str
    on_paper: bool
    to_remind: bool
    revocable: bool
    resendable: bool
    seen: int


async def invitations_shown(person: Person, *, may_invite: bool) -> dict[str, Any]:
    """Read what a file shows of invitations, and where another is made."""
    found = await invitations.invitations_of(person.id)
    told_of = await receipts.last_about([one.id for one in found])
    rule = await invitations.rule()
    here = f"{href_of(person.id)}/invitations"
    return {
        "invitations": [await _line(one, here, told_of.get(one.id), rule) for one in found],
        "invitations_of": person.id,
        "invite_href": f"{here}/nouvelle" if may_invite else "",
    }


async def _line(
    found: Invitation, here: str, receipt: Receipt | None, rule: InvitationRule
) -> Line:
    zone, now = ZoneInfo(current_tenant.get().time_zone), clock.now()
    state = state_of(found, now)
    kind, icon = KINDS[state]
    organisation = await organisations.organisation(found.organisation_id)
    return Line(
        id=found.id,
        href=f"{here}/{found.id}",
        what=await what_of(found),
        state=state_label(state),
        kind=kind,
        icon=icon,
        how=channel_label(found.channel),
        made_at=found.made_at.astimezone(zone),
        opened_at=found.opened_at.astimezone(zone) if found.opened_at else None,
        reminded_at=found.reminded_at.astimezone(zone) if found.reminded_at else None,
        booked_at=found.booked_at.astimezone(zone) if found.booked_at and found.stands else None,
        last_day=found.last_day,
        referents_only=found.referents_only,
        booking_href=f"/agents/rendez-vous/{found.booking_id}" if found.booking_id else "",
        trouble=told(receipt, zone) if receipt and receipt.state != "sent" else "",
        on_paper=found.on_paper,
        to_remind=to_remind_on_paper(found, rule, ZoneInfo(organisation.time_zone), now),
        revocable=is_open(found, now),
        resendable=is_open(found, now) and receipt is not None and receipt.state != "queued",
        seen=receipt.again if receipt else 0,
    )


async def what_of(found: Invitation) -> str:
    """Name to what somebody is invited."""
    if found.motive_id is None:
        return found.category
    return (await motives.motive(found.motive_id)).name


def state_label(state: InvitationState) -> str:
    """Say in a word what became of an invitation."""
    return {
        "sent": _("Envoyée"),
        "opened": _("Ouverte"),
        "booked": _("Rendez-vous pris"),
        "expired": _("Expirée"),
        "revoked": _("Annulée"),
    }[state]


def channel_label(channel: InvitationChannel) -> str:
    """Name the way by which somebody is invited."""
    return {"email": _("par e-mail"), "sms": _("par SMS"), "letter": _("par lettre")}[channel]
