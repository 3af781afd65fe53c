"""The list of group sessions: those to come, and those that took place (S-13)."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from creneau.appointments.sessions import service as sessions
from creneau.appointments.sessions.schemas import Session
from creneau_infra.clock import now
from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from creneau_web.access import permission
from creneau_web.backoffice import reach
from creneau_web.rendering import page
from creneau_web.sessions.within import HOME

PER_PAGE: Final = 30
PAST: Final = "passees"
YEARS: Final = timedelta(days=3 * 366)
LONGEST_AGO: Final = timedelta(hours=24)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A session in the list, in its place's time zone."""

    href: str
    starts_at: datetime
    ends_at: datetime
    session: Session


@get(HOME, opt=permission(reach.READ))
async def list_page(periode: FromQuery[str] = "", numero: FromQuery[int] = 1) -> Template:
    """List the sessions of the agendas within reach, the next ones first."""
    past, number = periode == PAST, max(1, min(numero, 1000))
    moment = now()
    visible = await reach.visible_agents()
    found = await sessions.sessions(
        [agent.id for agent in visible],
        sorted(reach.everyone_in(reach.READ)),
        moment - YEARS if past else moment - LONGEST_AGO,
        moment if past else moment + YEARS,
        latest_first=past,
        limit=PER_PAGE + 1,
        offset=(number - 1) * PER_PAGE,
    )
    rows = [row(one) for one in found[:PER_PAGE] if past or one.ends_at > moment]
    here = f"{HOME}?periode={PAST}&numero=" if past else f"{HOME}?numero="
    return page(
        "sessions/list.html",
        rows=rows,
        past=past,
        home=HOME,
        past_href=f"{HOME}?periode={PAST}",
        may_create=await may_create(),
        previous_href=f"{here}{number - 1}" if number > 1 else None,
        next_href=f"{here}{number + 1}" if len(found) > PER_PAGE else None,
    )


async def may_create() -> bool:
    """Tell whether somebody's time is within reach to be taken."""
    return bool(await reach.visible_agents(reach.UPDATE))


def row(found: Session) -> Row:
    """Show a session in its place's time zone."""
    zone = ZoneInfo(found.time_zone)
    return Row(
        href=f"{HOME}/{found.id}",
        starts_at=found.starts_at.astimezone(zone),
        ends_at=found.ends_at.astimezone(zone),
        session=found,
    )


ROUTES = (list_page,)
