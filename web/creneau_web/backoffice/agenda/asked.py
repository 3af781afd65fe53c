"""What the address of an agenda asks for: whose, which days, how it is drawn (C-60)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal, get_args
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.agents.schemas import Agent
from litestar import Request

from creneau_web import cookies
from creneau_web.backoffice import reach
from creneau_web.backoffice.day import day_asked
from creneau_web.visit import visit

HOME: Final = "/agenda"
AnyRequest = Request[Any, Any, Any]
View = Literal["jour", "semaine", "mois", "liste"]
VIEWS: Final[tuple[View, ...]] = get_args(View)
BY_NAME: Final[Mapping[str, View]] = {one: one for one in VIEWS}
USUAL: Final[View] = "semaine"
USUAL_ON_A_PHONE: Final[View] = "jour"
PHONE: Final = "Mobi"
"""What browsers of telephones say of themselves: a week does not fit there."""

STATUSES: Final = (
    "upcoming",
    "waiting",
    "to_fill",
    "seen",
    "excused",
    "no_show",
    "to_reschedule",
    "cancelled",
)
MOST_BESIDE: Final = 5
"""How many agendas stand beside the first one: more would be too narrow to read."""

DAYS_LISTED: Final = 30
VIEW_COOKIE: Final = "vue"
TABLE_COOKIE: Final = "tableau"
A_YEAR: Final = 365 * cookies.DAY


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One page of agendas; `agents` begins with the one whose it is, `status` is empty for all."""

    agents: tuple[Agent, ...]
    view: View
    day: date
    status: str
    table: bool
    zone: ZoneInfo

    @property
    def first(self) -> date:
        """Give the first day that is shown."""
        if self.view == "semaine":
            return self.day - timedelta(days=self.day.weekday())
        return self.day.replace(day=1) if self.view == "mois" else self.day

    @property
    def last(self) -> date:
        """Give the last day that is shown."""
        if self.view == "semaine":
            return self.first + timedelta(days=6)
        if self.view == "mois":
            return _next_month(self.first) - timedelta(days=1)
        return self.day + timedelta(days=DAYS_LISTED - 1 if self.view == "liste" else 0)

    @property
    def before(self) -> date:
        """Give a day of what stands before."""
        if self.view == "liste":
            return self.day - timedelta(days=DAYS_LISTED)
        return self.first - timedelta(days=1)

    @property
    def after(self) -> date:
        """Give the first day of what comes next."""
        return self.last + timedelta(days=1)

    def bounds(self) -> tuple[datetime, datetime]:
        """Give the moments between which the days lie, in the agenda's own time zone."""
        return midnight(self.first, self.zone), midnight(self.after, self.zone)

    def href(
        self,
        *,
        agents: Sequence[Agent] | None = None,
        view: View | None = None,
        day: date | None = None,
        status: str | None = None,
        table: bool | None = None,
    ) -> str:
        """Write this address with some parts changed."""
        shown = self.agents if agents is None else agents
        values = {
            "vue": view or self.view,
            "date": (day or self.day).isoformat(),
            "avec": ",".join(str(one.id) for one in shown[1:]),
            "statut": self.status if status is None else status,
            "tableau": "" if table is None else "oui" if table else "non",
        }
        given = {name: value for name, value in values.items() if value}
        return f"{HOME}/{shown[0].id}?{urlencode(given, safe=',')}"


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Give the moment at which a local day begins."""
    return datetime.combine(day, time(), zone)


def _usual(request: AnyRequest) -> View:
    return USUAL_ON_A_PHONE if PHONE in request.headers.get("user-agent", "") else USUAL


def remembered(request: AnyRequest) -> tuple[View, bool]:
    """Tell which view is asked for, and whether as a table; what was chosen is remembered."""
    here = visit()
    view = BY_NAME.get(request.query_params.get("vue", ""))
    if view is not None and view != cookies.get(here, VIEW_COOKIE):
        cookies.put(here, VIEW_COOKIE, view, seconds=A_YEAR)
    kept = BY_NAME.get(cookies.get(here, VIEW_COOKIE), _usual(request))
    table = request.query_params.get("tableau", "")
    if table in {"oui", "non"} and table != cookies.get(here, TABLE_COOKIE):
        cookies.put(here, TABLE_COOKIE, table, seconds=A_YEAR)
    return view or kept, cookies.get(here, TABLE_COOKIE) == "oui"


async def asked(
    request: AnyRequest,
    visible: Sequence[Agent],
    agent_id: UUID,
    zone: ZoneInfo,
) -> Asked:
    """Read an address; what it cannot mean is left out.

    Raises:
        NotFound: There is no such agent here.
        NotAllowed: The agenda of one of them is out of reach.
    """
    view, table = remembered(request)
    status = request.query_params.get("statut", "")
    return Asked(
        agents=await agents_of(
            visible, [str(agent_id), *request.query_params.get("avec", "").split(",")]
        ),
        view=view,
        day=day_asked(request.query_params.get("date", "")),
        status=status if status in STATUSES else "",
        table=table,
        zone=zone,
    )


async def agents_of(visible: Sequence[Agent], wanted: Sequence[str]) -> tuple[Agent, ...]:
    """Find whose agendas are asked for, each once, and not more than can stand side by side.

    Raises:
        NotFound: There is no such agent here.
        NotAllowed: The agenda of one of them is out of reach.
    """
    named = dict.fromkeys(one for one in wanted if one)
    found = [await reach.chosen_agent(visible, one) for one in [*named][: MOST_BESIDE + 1]]
    return tuple(dict.fromkeys(found))


def _next_month(day: date) -> date:
    return (day + timedelta(days=32)).replace(day=1)
