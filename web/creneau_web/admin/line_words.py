"""The line in front of a motive in a sentence."""

from typing import Final
from zoneinfo import ZoneInfo

from creneau.admission import service as admission
from creneau.admission.schemas import Line
from creneau.i18n import gettext as _
from creneau.i18n import local, moment, ngettext
from creneau.motives.schemas import Motive
from creneau.organisations import service as organisations
from creneau_infra import clock

A_MINUTE: Final = 60


def each_minute(line: Line) -> int:
    """Say how many people come in each minute, one at least."""
    return max(1, round(line.per_second * A_MINUTE))


def in_words(line: Line | None, zone: ZoneInfo) -> str:
    """Say when a line opens, in the local time of its motive, and how fast it goes."""
    if line is None:
        return _("Aucune file : chacun réserve sans attendre.")
    pace = ngettext(
        "%(number)s personne entre par minute",
        "%(number)s personnes entrent par minute",
        each_minute(line),
    )
    when = moment(local(line.opens_at, zone))
    if line.opens_at <= clock.now():
        return _("En place depuis le %(when)s : %(pace)s.", when=when, pace=pace)
    return _("Ouvre le %(when)s : %(pace)s.", when=when, pace=pace)


async def in_short(motive: Motive) -> str:
    """Say in a sentence whether a line stands in front of a motive."""
    organisation = await organisations.organisation(motive.organisation_id)
    return in_words(await admission.line_now(motive.id), ZoneInfo(organisation.time_zone))
