"""What happened to an appointment, as sentences (C-66)."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from creneau.history.queries import Entry
from creneau.i18n import gettext as _
from creneau.i18n import moment
from creneau.messages.receipts.words import occasion_label

from creneau_web.history import telling


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence of the history; `at` is local."""

    at: datetime
    text: str


def sentences(entries: Sequence[Entry], name: str, zone: ZoneInfo) -> list[Event]:
    """Tell entries about an appointment, which is called by its motive's name, the latest first."""
    return [
        Event(at=entry.at.astimezone(zone), text=_sentence(entry, name, zone))
        for entry in reversed(entries)
    ]


def _sentence(entry: Entry, name: str, zone: ZoneInfo) -> str:
    who = telling.who(entry)
    match entry.action:
        case "booking.moved":
            return _moved(entry, who, zone)
        case "booking.state_set":
            return _status_set(entry, who)
        case "booking.edited":
            return _edited(entry, who)
        case "appointment.forced":
            return _forced(entry, who)
        case "message.resent":
            return _resent(entry, who)
        case action:
            return _simple(action, who) or telling.sentence(action, who, name)


def _simple(action: str, who: str) -> str:
    """Say what is said more shortly where the appointment stands beside it; else nothing."""
    return {
        "booking.held": _("%(who)s a choisi cet horaire.", who=who),
        "booking.released": _("%(who)s a rendu cet horaire.", who=who),
        "booking.confirmed": _("%(who)s a confirmé le rendez-vous.", who=who),
        "booking.cancelled": _("%(who)s a annulé le rendez-vous.", who=who),
        "booking.to_reschedule": _("%(who)s a marqué le rendez-vous à replanifier.", who=who),
    }.get(action, "")


def _moved(entry: Entry, who: str, zone: ZoneInfo) -> str:
    before, after = (
        moment(msgspec.convert(entry.details[name], datetime).astimezone(zone))
        for name in ("from", "to")
    )
    return _(
        "%(who)s a déplacé le rendez-vous du %(before)s au %(after)s.",
        who=who,
        before=before,
        after=after,
    )


def _edited(entry: Entry, who: str) -> str:
    return {
        ("motive",): _("%(who)s a changé le motif.", who=who),
        ("notes",): _("%(who)s a modifié les notes.", who=who),
    }.get(
        tuple(entry.details.get("changed", ())),
        _("%(who)s a changé le motif et les notes.", who=who),
    )


def _forced(entry: Entry, who: str) -> str:
    return _(
        "%(who)s a fixé le rendez-vous malgré un chevauchement : « %(reason)s ».",
        who=who,
        reason=entry.details.get("reason", ""),
    )


def _resent(entry: Entry, who: str) -> str:
    what = occasion_label(entry.details["occasion"])
    if entry.details["reader"] == "person":
        return _("%(who)s a renvoyé « %(what)s » à la personne.", who=who, what=what)
    if entry.details["reader"].startswith("agent:"):
        return _("%(who)s a renvoyé « %(what)s » à un agent.", who=who, what=what)
    return _("%(who)s a renvoyé « %(what)s ».", who=who, what=what)


def _status_set(entry: Entry, who: str) -> str:
    return _(
        "%(who)s a changé le statut de « %(before)s » en « %(after)s ».",
        who=who,
        before=state_label(entry.details["from"]),
        after=state_label(entry.details["to"]),
    )


def state_label(state: str) -> str:
    """Name a booking's status (C-65)."""
    return {
        "held": _("Pré-réservé"),
        "expired": _("Pré-réservation échue"),
        "planned": _("Indéterminé"),
        "waiting": _("En salle d’attente"),
        "seen": _("Vu"),
        "excused": _("Absent excusé"),
        "no_show": _("Absent non excusé"),
        "cancelled": _("Annulé par le service"),
        "to_reschedule": _("À replanifier"),
    }.get(state, state)
