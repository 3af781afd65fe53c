"""The line in front of a motive at the moment when it opens: a place that is kept, told in words.

The place is sealed in a cookie: it outlives a reload, a closed browser and a restarted server.
Only the choice of a slot lies behind the line; whoever holds one goes on to the end.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau.admission import service as admission
from creneau.admission.schemas import Line, Standing, Ticket
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.i18n import local, moment, ngettext
from creneau.motives.schemas import Motive
from creneau.organisations import service as organisations
from creneau.organisations.schemas import Organisation
from creneau_infra import clock
from creneau_infra.tokens import TokenExpiredError, TokenInvalidError, sign, unsign
from litestar.response import Template

from creneau_web import cookies
from creneau_web.public.journeys import AnyRequest, Journey
from creneau_web.rendering import page
from creneau_web.throttling import limit
from creneau_web.visit import visit

PURPOSE: Final = "place in line"
KEPT: Final = timedelta(days=2)
MINUTE: Final = 60
SOONEST: Final = 5
"""Seconds between two looks of one browser; who waits longer looks less often."""


async def line_page(request: AnyRequest, motive: Motive) -> Template | None:
    """Draw where the visitor stands in the line of a motive; None for whoever may go on."""
    standing = await still_waiting(request, motive)
    if standing is None:
        return None
    organisation = await organisations.organisation(motive.organisation_id)
    return page(
        "public/line.html",
        motive=motive,
        organisation=organisation,
        here=visit().path,
        place=_place(standing),
        opening=_opening(standing, organisation),
        wait=_wait(standing),
        look_again=min(MINUTE, max(SOONEST, round(standing.seconds / 4))),
    )


async def still_waiting(request: AnyRequest, motive: Motive) -> Standing | None:
    """Say where the visitor stands; None where there is no line, or it is their turn."""
    line = await admission.line_of(motive.id)
    if line is None or await _holds(request, motive):
        return None
    standing = _known(motive, line) or await _arrived(motive, line)
    return None if standing is None or standing.admitted else standing


async def _holds(request: AnyRequest, motive: Motive) -> bool:
    # A slot that was held before the line was there stays its holder's.
    journey = await Journey.current(request)
    return journey is not None and bool(journey.held_for(motive.id))


def _known(motive: Motive, line: Line) -> Standing | None:
    here = visit()
    try:
        opened = unsign(
            cookies.get(here, _cookie(motive)),
            purpose=PURPOSE,
            secret_key=here.settings.secret_key,
        )
    except (TokenInvalidError, TokenExpiredError, ValueError):
        return None
    tenant_id, line_id, number = opened.split(" ")
    if tenant_id != str(current_tenant.get().id):
        return None
    return admission.where(line, Ticket(UUID(line_id), int(number)))


async def _arrived(motive: Motive, line: Line) -> Standing | None:
    await limit("line")
    standing = await admission.take_place(motive.id)
    if standing is not None:
        _keep(motive, standing, lasting=max(KEPT, line.opens_at - clock.now() + KEPT))
    return standing


def _keep(motive: Motive, standing: Standing, *, lasting: timedelta) -> None:
    here = visit()
    sealed = sign(
        f"{current_tenant.get().id} {standing.line_id} {standing.number}",
        purpose=PURPOSE,
        secret_key=here.settings.secret_key,
        lasting=lasting,
    )
    cookies.put(here, _cookie(motive), sealed, seconds=int(lasting.total_seconds()))


def _cookie(motive: Motive) -> str:
    return f"line-{motive.id.hex}"


def _place(standing: Standing) -> str:
    if standing.ahead == 0:
        return _("Vous êtes la prochaine personne.")
    return ngettext(
        "%(number)s personne est devant vous.",
        "%(number)s personnes sont devant vous.",
        standing.ahead,
    )


def _opening(standing: Standing, organisation: Organisation) -> str:
    if standing.opens_at <= clock.now():
        return ""
    opens = moment(local(standing.opens_at, ZoneInfo(organisation.time_zone)))
    return _("Les réservations ouvriront le %(moment)s.", moment=opens)


def _wait(standing: Standing) -> str:
    if standing.seconds < MINUTE:
        return _("Ce sera votre tour dans moins d’une minute.")
    minutes = round(standing.seconds / MINUTE)
    hours = round(minutes / MINUTE)
    if minutes < 2 * MINUTE:
        return ngettext(
            "Ce sera votre tour dans environ %(number)s minute.",
            "Ce sera votre tour dans environ %(number)s minutes.",
            minutes,
        )
    return ngettext(
        "Ce sera votre tour dans environ %(number)s heure.",
        "Ce sera votre tour dans environ %(number)s heures.",
        hours,
    )
