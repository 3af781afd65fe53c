"""What is on a calendar, put together from what was read step by step."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from creneau.calendars.queries import happenings as queries
from creneau.calendars.schemas import (
    Booked,
    Claimed,
    Happening,
    Named,
    Planned,
    Seats,
    Standing,
    Taken,
    Where,
)
from creneau.database import Transaction

Wheres = Mapping[tuple[UUID, UUID], Where]
OnAgenda = tuple[Taken, Planned, Seats | None]


async def of_agendas(
    tx: Transaction,
    resource_ids: Sequence[UUID],
    starts_from: datetime,
    starts_before: datetime,
    cancelled_from: datetime,
) -> list[Happening]:
    """Read what is on some agendas in a time, and what was cancelled since a moment, by start.

    In as many statements, however much it is; to be called first in its transaction.
    """
    await queries.see_one_moment(tx)
    taken = await queries.taken(tx, resource_ids, starts_from, starts_before)
    ids = [one.appointment_id for one in taken]
    planned = await queries.appointments(tx, ids, starts_from, starts_before)
    seats = await queries.seats(tx, planned)
    shown = [
        (one, planned[one.appointment_id], seats.get(one.appointment_id))
        for one in taken
        if one.appointment_id in planned
    ]
    shown = [each for each in shown if _is_on_agenda(*each, cancelled_from)]
    persons = await queries.persons(tx, _persons_in(shown))
    wheres = await queries.wheres(tx, (_place_of(one) for _taken, one, _seats in shown))
    return _in_order(_on_agenda(*each, persons, wheres) for each in shown)


def _is_on_agenda(
    taken: Taken, planned: Planned, seats: Seats | None, cancelled_from: datetime
) -> bool:
    if planned.state != ("scheduled" if taken.active else "cancelled"):
        return False
    if seats is None and not planned.group_session:
        return False
    ended_at = seats.ended_at if seats else None
    return taken.active or (ended_at or taken.claimed_at) > cancelled_from


def _persons_in(shown: Sequence[OnAgenda]) -> list[UUID]:
    # A group session is no one person's.
    return [
        seats.person_id
        for _taken, planned, seats in shown
        if seats and seats.person_id and not planned.group_session
    ]


def _on_agenda(
    taken: Taken,
    planned: Planned,
    seats: Seats | None,
    persons: Mapping[UUID, Named],
    wheres: Wheres,
) -> Happening:
    single = None if planned.group_session else seats
    person = persons.get(single.person_id) if single and single.person_id else None
    moments = (taken.claimed_at, *((seats.confirmed_at, seats.ended_at) if seats else ()))
    return _happening(
        planned,
        wheres[_place_of(planned)],
        id=single.id if single else planned.id,
        resource_id=taken.resource_id,
        sequence=planned.sequence,
        standing=_standing(seats.state if seats else "", active=taken.active),
        changed_at=_latest(*moments),
        first_name=person.first_name if person else "",
        last_name=person.last_name if person else "",
        resource_labels=(),
        seats=seats.seats if seats else 0,
    )


async def of_person(
    tx: Transaction,
    person_id: UUID,
    starts_from: datetime,
    starts_before: datetime,
    cancelled_from: datetime,
) -> list[Happening]:
    """Read the appointments of a person and their relatives in a time, by start.

    In as many statements, however many they are; to be called first in its transaction.
    """
    await queries.see_one_moment(tx)
    persons = await queries.with_relatives(tx, person_id)
    booked = await queries.bookings(tx, persons, cancelled_from)
    ids = [one.appointment_id for one in booked]
    planned = await queries.appointments(tx, ids, starts_from, starts_before)
    claims = await queries.claims(tx, planned)
    labels = await queries.labels(
        tx, (one for each in claims.values() for one in each.resource_ids)
    )
    shown = [(one, planned[one.appointment_id]) for one in booked if one.appointment_id in planned]
    quiet = await queries.kept_quiet(tx, (_whose(*each) for each in shown))
    shown = [each for each in shown if _whose(*each) not in quiet]
    moves = await queries.moves(tx, (one.id for one, where in shown if where.group_session))
    wheres = await queries.wheres(tx, (_place_of(where) for _booked, where in shown))
    return _in_order(
        _of_person(
            one,
            where,
            wheres,
            name="" if one.person_id == person_id else persons[one.person_id].first_name,
            there=_labels(claims.get(where.id), labels),
            moments=(_claimed_at(claims.get(where.id)), moves.get(one.id)),
        )
        for one, where in shown
    )


def _of_person(  # noqa: PLR0913 - what was read of one appointment
    booked: Booked,
    planned: Planned,
    wheres: Wheres,
    *,
    name: str,
    there: tuple[str, ...],
    moments: tuple[datetime | None, ...],
) -> Happening:
    changed_at = _latest(booked.created_at, booked.confirmed_at, booked.ended_at, *moments)
    # Whoever changes seats goes on counting: the clock counts, as in mails (`messages.calendar`).
    seconds = round((changed_at - booked.created_at).total_seconds())
    return _happening(
        planned,
        wheres[_place_of(planned)],
        id=booked.id,
        resource_id=None,
        sequence=seconds if planned.group_session else planned.sequence,
        standing=_standing(booked.state, active=booked.active),
        changed_at=changed_at,
        first_name=name,
        last_name="",
        resource_labels=there,
        seats=1,
    )


def _whose(booked: Booked, planned: Planned) -> tuple[UUID, UUID]:
    return booked.person_id, planned.motive_id


def _claimed_at(claimed: Claimed | None) -> datetime | None:
    return claimed.claimed_at if claimed else None


def _labels(claimed: Claimed | None, labels: Mapping[UUID, str]) -> tuple[str, ...]:
    return tuple(sorted({labels[one] for one in claimed.resource_ids})) if claimed else ()


def _happening(planned: Planned, where: Where, **told: Any) -> Happening:
    return Happening(
        starts_at=planned.starts_at,
        ends_at=planned.ends_at,
        time_zone=where.time_zone,
        motive_name=where.motive_name,
        title=planned.title,
        location_type=where.location_type,
        place_name=where.place_name,
        address=where.address,
        access_information=where.access_information,
        phone=where.phone,
        group_session=planned.group_session,
        **told,
    )


def _place_of(planned: Planned) -> tuple[UUID, UUID]:
    return planned.motive_id, planned.place_id


def _standing(state: str, *, active: bool) -> Standing:
    if active:
        return "taken"
    return "to_reschedule" if state == "to_reschedule" else "cancelled"


def _latest(first: datetime, *moments: datetime | None) -> datetime:
    return max(first, *(moment for moment in moments if moment is not None), first)


def _in_order(happenings: Iterable[Happening]) -> list[Happening]:
    return sorted(happenings, key=lambda one: (one.starts_at, one.id))
