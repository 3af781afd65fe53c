"""What a page showed of an appointment, carried by its form: whoever comes second is told what changed.

The engine compares the version under its lock (`appointments.rules.version_of`); the words say what
became of it.
"""

from zoneinfo import ZoneInfo

from creneau.appointments.rules import version_of
from creneau.appointments.schemas import Booking
from creneau.i18n import gettext as _
from creneau.i18n import moment

from creneau_web.admin import stale
from creneau_web.backoffice import agendas
from creneau_web.backoffice.agenda.words import status_text
from creneau_web.forms import Form

VERSION = "version"


def fields(booking: Booking, notes: str = "") -> dict[str, str]:
    """Give what a form carries of the state that its page shows; `notes` where they count as well."""
    return {VERSION: version_of(booking, notes), stale.FIELD: stale.kept(facts(booking, notes))}


def again(typed: Form) -> dict[str, str]:
    """Give what a form carried, for a page that shows it again: nothing newer was looked at yet."""
    return {name: typed.text(name) for name in (VERSION, stale.FIELD)}


def version(typed: Form) -> str | None:
    """Read the version that a form was made from; a form that tells of none acts on what stands."""
    return typed.text(VERSION) or None


def facts(booking: Booking, notes: str = "") -> stale.Facts:
    """Say in words all that a version stands for."""
    zone = ZoneInfo(booking.time_zone)
    minutes = int((booking.ends_at - booking.starts_at).total_seconds() // 60)
    noted = {_("Notes"): notes} if notes else {}
    return {
        _("Quand"): moment(booking.starts_at.astimezone(zone)),
        _("Durée"): _("%(minutes)s minutes", minutes=minutes),
        _("Motif"): booking.motive_name,
        _("Où"): booking.place_name,
        _("Avec"): ", ".join(booking.resource_labels),
        _("Statut"): status_text(agendas.standing(booking)),
        **noted,
    }


def said(typed: Form, now: Booking, notes: str = "") -> str:
    """Say in a sentence or two what is another than the form's page showed."""
    first = _("Rien n’a été fait : quelqu’un a modifié ce rendez-vous entre-temps.")
    return " ".join([first, *(_in_words(one) for one in stale.changes(typed, facts(now, notes)))])


def _in_words(change: stale.Change) -> str:
    nothing = _("rien")
    return _(
        "%(label)s : %(before)s, maintenant %(now)s.",
        label=change.label,
        before=change.before or nothing,
        now=change.now or nothing,
    )
