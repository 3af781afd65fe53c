"""What the agenda says of a status, in the words of the badge (C-65)."""

from creneau.i18n import gettext as _


def status_text(status: str) -> str:
    """Name how an appointment stands; empty for a session, whose bookings stand each for itself."""
    return {
        "upcoming": _("À venir"),
        "waiting": _("En salle d’attente"),
        "to_fill": _("À renseigner"),
        "seen": _("Vu"),
        "excused": _("Absent excusé"),
        "no_show": _("Absent non excusé"),
        "to_reschedule": _("À replanifier"),
        "cancelled": _("Annulé par le service"),
    }.get(status, "")
