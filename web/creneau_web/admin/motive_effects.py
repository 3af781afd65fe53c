"""What the settings of a motive come to, in sentences: the effect shown beside them."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from creneau.availability.service import booking_bounds
from creneau.i18n import day, ngettext
from creneau.i18n import gettext as _
from creneau.i18n import time as clock_time
from creneau.motives.schemas import Motive
from creneau_infra import clock

from creneau_web.admin import motive_reminders

MOST_STARTS: Final = 6
MORNING: Final = 3 * 60


def effects(motive: Motive, zone: ZoneInfo, starts_at: datetime) -> Iterator[str]:
    """Say what a motive's settings come to; times are in the place's time zone.

    `starts_at` is an appointment to tell of as an example.
    """
    if motive.audience != "everyone":
        yield _("Ce motif n’est pas ouvert au public : il n’apparaît pas en ligne.")
    else:
        earliest, latest = booking_bounds(motive, clock.now())
        yield _(
            "En ce moment, le public voit les horaires libres du %(first)s au %(last)s.",
            first=day(earliest.astimezone(zone)),
            last=day(latest.astimezone(zone)),
        )
    if motive.capacity == 1:
        yield _starts_in_words(motive)
    else:
        yield _("Les séances que vous créez apparaissent avec leurs places libres.")
    if motive.confidential:
        yield _("Rien n’est envoyé à la personne, et le rendez-vous ne se voit pas sur sa page.")
    elif motive.notify_persons:
        yield motive_reminders.example(motive.reminders, starts_at, zone)
    else:
        yield _("Aucun message ne part à la personne, pas même la confirmation.")


def _starts_in_words(motive: Motive) -> str:
    step = max(1, motive.step_minutes or motive.duration_minutes)
    nine = datetime.combine(clock.now().date(), time(9))
    starts = range(0, MORNING - motive.duration_minutes + 1, step)
    if not starts:
        return _("Une plage de 9 h à 12 h est trop courte pour ce rendez-vous.")
    shown = (clock_time(nine + timedelta(minutes=at)) for at in starts[:MOST_STARTS])
    return ngettext(
        "Une plage libre de 9 h à 12 h propose %(num)s horaire : %(starts)s%(more)s",
        "Une plage libre de 9 h à 12 h propose %(num)s horaires : %(starts)s%(more)s",
        len(starts),
        num=len(starts),
        starts=", ".join(shown),
        more="…" if len(starts) > MOST_STARTS else ".",
    )
