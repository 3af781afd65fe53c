"""Figures put together from what was counted."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, cast
from uuid import UUID

from creneau.appointments.listing.schemas import Standing
from creneau.appointments.schemas import Source
from creneau.statistics.queries import Marked, Named, PersonsOf
from creneau.statistics.schemas import (
    Cell,
    Counted,
    Counts,
    Filling,
    Moment,
    Question,
    Statistics,
    Step,
)

DECEMBER: Final = 12


def put_together(
    question: Question,
    cells: Sequence[Cell],
    persons: Sequence[PersonsOf],
    opened: int,
    names: Sequence[Named],
) -> Statistics:
    """Make the figures of a period out of what was counted."""
    by_kind = {kind: [one for one in cells if one.kind == kind] for kind in KINDS}
    known = {one.id: one for one in names}
    motives = _counted(by_kind["motive"], known)
    return Statistics(
        counts=_sum(by_kind["place"]),
        moments=_moments(question, by_kind["place"], by_kind["created"], persons),
        motives=motives,
        services=_of_services(motives, known),
        places=_counted(by_kind["place"], known),
        agents=_reached(_counted(by_kind["agents"], known), question),
        filling=Filling(opened=opened, booked=sum(one.minutes for one in by_kind["place"])),
    )


def split(marked: Marked, most: int) -> tuple[Marked, Marked]:
    """Give the days whose turn it is, and those that come later."""
    return (
        Marked(marked.starts[:most], marked.created[:most]),
        Marked(marked.starts[most:], marked.created[most:]),
    )


KINDS: Final = ("motive", "place", "agents", "created")


def steps(question: Question) -> Sequence[date]:
    """Give the days on which the parts of the period begin, as the database truncates them."""
    return list(_steps(question.since, question.to, question.step))


def _steps(since: date, to: date, step: Step) -> Iterator[date]:
    at = _begin(since, step)
    while at <= to:
        yield at
        at = _next(at, step)


def _begin(day: date, step: Step) -> date:
    if step == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if step == "week" else day


def _next(day: date, step: Step) -> date:
    if step == "month":
        last = day.month == DECEMBER
        return date(day.year + last, 1 if last else day.month + 1, 1)
    return day + timedelta(days=7 if step == "week" else 1)


def _moments(
    question: Question,
    taking_place: Sequence[Cell],
    created: Sequence[Cell],
    persons: Sequence[PersonsOf],
) -> Sequence[Moment]:
    noted = {one.step: one.number for one in persons}
    by_step: dict[date | None, list[Cell]] = {}
    booked: dict[date | None, Counter[str]] = {}
    for one in taking_place:
        by_step.setdefault(one.step, []).append(one)
    for one in created:
        booked.setdefault(one.step, Counter())[one.source] += one.number
    return [
        Moment(
            begins=at,
            created=cast("Mapping[Source, int]", booked.get(at, {})),
            counts=_sum(by_step.get(at, ())),
            persons=noted.get(at, 0),
        )
        for at in steps(question)
    ]


def _sum(cells: Iterable[Cell]) -> Counts:
    found: Counter[Standing] = Counter()
    for one in cells:
        found[cast("Standing", one.standing)] += one.number
    return found


def _counted(cells: Sequence[Cell], names: Mapping[UUID, Named]) -> Sequence[Counted]:
    """Add up by what is named; an appointment of two agents counts for each of them."""
    found: dict[UUID | None, list[Cell]] = {}
    for one in cells:
        for subject in one.subjects or (None,):
            found.setdefault(subject, []).append(one)
    counted = [
        Counted(id=subject, name=_name(subject, names), counts=_sum(theirs))
        for subject, theirs in found.items()
    ]
    return _largest_first(counted)


def _name(subject: UUID | None, names: Mapping[UUID, Named]) -> str:
    found = names.get(subject) if subject else None
    return found.name if found else ""


def _of_services(motives: Sequence[Counted], names: Mapping[UUID, Named]) -> Sequence[Counted]:
    found: dict[UUID | None, Counter[Standing]] = {}
    for one in motives:
        motive = names.get(one.id) if one.id else None
        service = motive.service_id if motive else None
        found.setdefault(service, Counter()).update(one.counts)
    return _largest_first(
        [Counted(id=one, name=_name(one, names), counts=counts) for one, counts in found.items()]
    )


def _reached(agents: Sequence[Counted], question: Question) -> Sequence[Counted]:
    """Leave out who is not within reach: somebody beside whom a colleague received a person."""
    within = question.within
    if within.everything or within.organisation_ids:
        return agents
    return [one for one in agents if one.id in within.agent_ids]


def _largest_first(counted: Sequence[Counted]) -> Sequence[Counted]:
    return sorted(counted, key=lambda one: (-one.total, one.name))
