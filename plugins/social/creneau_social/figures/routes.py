"""The page of follow-ups without contact, which the statistics lead to (S-10)."""

from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau.context import current_tenant
from creneau.refusals import NotFound
from creneau_web.ui import page, permission, visit
from litestar import get
from litestar.params import FromQuery
from litestar.response import Template
from msgspec.structs import replace

from creneau_social.figures import rules, service
from creneau_social.figures.contributions import CHOICE, LIST
from creneau_social.figures.schemas import Silent

READ: Final = "person:read"
PAGE: Final = 50
LAST_PAGE: Final = 2000


@get(LIST, opt=permission(READ))
async def silent_page(
    mois: FromQuery[str] = "", referent: FromQuery[str] = "", suite: FromQuery[str] = ""
) -> Template:
    """List the follow-ups without contact for so many months, within the agent's reach."""
    rights, agent = visit().rights, visit().agent
    if rights is None or agent is None:
        raise NotFound
    months, number = rules.months_of(mois), _number(suite)
    offered = await service.referents(agent.id)
    chosen = next((one for one, _name in offered if str(one) == referent), None)
    known_in = None if rights.everywhere(READ) else list(rights.organisations(READ))
    rows = await service.silent(agent.id, chosen, known_in, months, PAGE + 1, (number - 1) * PAGE)
    return page(
        "social/silent.html",
        here=LIST,
        rows=[_local(one) for one in rows[:PAGE]],
        months=months,
        choices=[value for value, _label in CHOICE.options],
        referents=[(str(one), name) for one, name in offered],
        chosen=str(chosen or ""),
        previous_href=_href(months, chosen, number - 1) if number > 1 else "",
        next_href=_href(months, chosen, number + 1) if len(rows) > PAGE else "",
    )


def _number(typed: str) -> int:
    return min(max(int(typed), 1), LAST_PAGE) if typed.isascii() and typed.isdecimal() else 1


def _href(months: int, referent: UUID | None, number: int) -> str:
    asked: dict[str, Any] = {"mois": months, "referent": referent, "suite": number}
    return f"{LIST}?{urlencode({name: value for name, value in asked.items() if value})}"


def _local(one: Silent) -> Silent:
    zone = ZoneInfo(current_tenant.get().time_zone)
    return replace(
        one,
        since=one.since.astimezone(zone),
        last_at=one.last_at and one.last_at.astimezone(zone),
        next_at=one.next_at and one.next_at.astimezone(zone),
    )


ROUTES: Final = (silent_page,)
