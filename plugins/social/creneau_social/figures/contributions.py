"""The tables of the vertical among the statistics (S-10)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from creneau import clock
from creneau.contributions import (
    StatisticsAsked,
    StatisticsChoice,
    StatisticsSource,
    StatisticsTable,
)
from creneau.database import Transaction
from creneau.i18n import gettext as _
from creneau.i18n import ngettext

from creneau_social.figures import queries, rules
from creneau_social.figures.keeping import queries as keeping
from creneau_social.figures.schemas import OfReferent, OfService, Whose

MONTHS: Final = "social_mois"
LIST: Final = "/agents/social/suivis"
CHOICE: Final = StatisticsChoice(
    name=MONTHS,
    label="Suivis sans contact depuis",
    options=tuple((str(months), f"{months} mois") for months in rules.CHOICES),
)


class FollowUps(StatisticsSource, frozen=True):
    """Who was received by which service, who follows how many, and whom nobody has seen for long."""

    choices: tuple[StatisticsChoice, ...] = (CHOICE,)

    async def tables(self, tx: Transaction, asked: StatisticsAsked) -> Sequence[StatisticsTable]:
        """Count within the reach that is asked for."""
        zone, now = ZoneInfo(asked.time_zone), clock.now()
        begins, ends = _start(asked.since, zone), _start(asked.to + timedelta(days=1), zone)
        months = rules.months_of(asked.choices.get(MONTHS, ""))
        whose = _whose(asked, kept=asked.counted and await keeping.is_filled(tx))
        since = rules.months_before(now, months, zone)
        await queries.give_room(tx)
        referents = await queries.by_referent(tx, whose, now, since, begins, ends)
        return [
            _services(await queries.by_service(tx, whose, begins, ends)),
            _referents(referents),
            _silent(referents, months),
        ]


def _whose(asked: StatisticsAsked, *, kept: bool) -> Whose:
    return Whose(
        kept=kept,
        everything=asked.everything,
        agent_ids=[] if asked.everything else list(asked.agent_ids),
        organisation_ids=[] if asked.everything else list(asked.organisation_ids),
        organisation_id=asked.organisation_id,
        service_id=asked.service_id,
    )


def _start(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _services(found: Sequence[OfService]) -> StatisticsTable:
    return StatisticsTable(
        code="social.services",
        title=_("Personnes reçues par service"),
        heads=(
            _("Service"),
            _("Personnes reçues"),
            _("RDV vus"),
            _("dont RDV de suivi"),
            _("Non excusés"),
        ),
        rows=[(one.name, [one.persons, one.seen, one.follow_ups, one.missed]) for one in found],
        note=_("Une personne vue plusieurs fois par un service y compte une fois."),
    )


def _referents(found: Sequence[OfReferent]) -> StatisticsTable:
    return StatisticsTable(
        code="social.referents",
        title=_("Suivis par référent"),
        heads=(
            _("Référent"),
            _("Personnes suivies"),
            _("vues sur la période"),
            _("avec un RDV à venir"),
        ),
        rows=[(one.name, [one.followed, one.seen, one.to_come]) for one in found],
        note=_(
            "Les suivis d’aujourd’hui, et les rendez-vous que chaque personne a avec son référent."
        ),
    )


def _silent(found: Sequence[OfReferent], months: int) -> StatisticsTable:
    return StatisticsTable(
        code="social.silent",
        title=ngettext(
            "Suivis sans contact depuis un mois",
            "Suivis sans contact depuis %(num)s mois",
            months,
            num=months,
        ),
        heads=(_("Référent"), _("Suivis sans contact")),
        rows=[(one.name, [one.silent]) for one in found if one.silent],
        note=_(
            "Aucun rendez-vous honoré avec le référent pendant ce temps. Un suivi plus récent que cela"
            " n’est pas compté."
        ),
        href=f"{LIST}?{urlencode({'mois': months})}",
        href_label=_("Voir les personnes"),
    )
