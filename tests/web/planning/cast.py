"""Bea's mornings, as they are typed into the form of an opening."""

from datetime import date, timedelta
from typing import Any

from creneau.availability.schemas import SlotQuery
from creneau.availability.service import find_slots
from creneau.planning import service as planning
from creneau.planning.listed import Opened

from tests.days import today
from tests.web.admin.filling import again, retyped, shown_after
from tests.web.backoffice.cast import ZONE, Office, at
from tests.web.stage import Visitor

LIST = "/plages"
NEW = f"{LIST}/nouvelle"


def day(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def next_monday(weeks: int = 0) -> date:
    return today() + timedelta(days=14 - today().weekday() + 7 * weeks)


def mornings(office: Office, **changes: Any) -> dict[str, Any]:
    """Type ten Monday and Thursday mornings of Bea."""
    return {
        "title": "Consultation de PMI",
        "agent": str(office.bea),
        "place_id": str(office.place),
        "motives": [str(office.motive)],
        "first_day": next_monday().isoformat(),
        "start_time": "09:00",
        "end_time": "12:00",
        "repetition": "weekly",
        "days": ["MO", "TH"],
        "ends": "times",
        "times": "10",
        **changes,
    }


async def openings(office: Office) -> list[Opened]:
    found = await planning.openings_of([office.bea])
    return [one for one in found if one.title or one.recurrence != "FREQ=DAILY;COUNT=5"]


async def only(office: Office) -> Opened:
    (found,) = await openings(office)
    return found


async def opened(visitor: Visitor, office: Office, **changes: Any) -> str:
    """Create an opening by its form, overlaps seen; gives its address."""
    answer = await retyped(visitor, NEW, mornings(office, **changes))
    if answer.status_code == 409:
        answer = await again(visitor, NEW, answer.text, {})
    await shown_after(visitor, answer)
    return f"{LIST}/{(await only(office)).id}"


async def slots_on(office: Office, wanted: date) -> list[str]:
    query = SlotQuery(
        motive_id=office.motive,
        starts_from=at(wanted, 0),
        starts_before=at(wanted + timedelta(days=1), 0),
        resource_ids=(office.bea,),
        for_agents=True,
    )
    return [f"{one.starts_at.astimezone(ZONE):%H:%M}" for one in await find_slots(query)]
