"""Persons: recognised, read, changed, given their data, forgotten (C-42, C-44)."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau_infra import clock

from creneau.confidentiality.queries import hidden_from
from creneau.context import Actor, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.people import queries
from creneau.people.errors import HasUpcomingBookings
from creneau.people.finding.service import is_known, look_alikes, search
from creneau.people.following.service import (
    add_referent,
    number_followed_by,
    persons_followed_by,
    referents_in,
    referents_of,
    remove_referent,
)
from creneau.people.privacy import parts
from creneau.people.rules import (
    checked_details,
    checked_identity,
    checked_relative,
    describes,
    discreetly,
    same_name,
)
from creneau.people.schemas import Contact, Identity, Person, PersonDetails, RelativeDraft
from creneau.refusals import NotFound

__all__ = [
    "add_referent",
    "add_relative",
    "erase",
    "erase_in",
    "export",
    "identified",
    "is_described",
    "is_known",
    "known",
    "look_alikes",
    "number_followed_by",
    "person",
    "persons_followed_by",
    "proven_persons",
    "referents_in",
    "referents_of",
    "relatives",
    "remove_referent",
    "search",
    "update_details",
]

UNTOLD: Final = ("person.confidential_set", "person.confidential_ended")


async def identified(
    tx: Transaction, identity: Identity, actor: Actor, *, email_proven: bool
) -> UUID:
    """Recognise somebody by a proven e-mail and the same name, or keep a new person (C-42).

    Names are compared without case and accents. Without a proven address nobody is recognised:
    what others know of a person must not lead to that person's record.

    Raises:
        InvalidInput: A field cannot be used.
    """
    clean = checked_identity(identity)
    if not (email_proven and clean.email):
        return await queries.insert_person(tx, clean, None, actor)
    now = clock.now()
    await queries.lock_email(tx, clean.email)
    known = _same_person(await queries.proven(tx, clean.email), clean)
    if known is None:
        return await queries.insert_person(tx, clean, now, actor)
    await queries.refresh_person(
        tx,
        known.id,
        phone=clean.phone,
        address=clean.address,
        locale=clean.locale,
        proven_at=now,
        actor=actor,
    )
    return known.id


def _same_person(candidates: Sequence[Person], identity: Identity) -> Person | None:
    wanted = (identity.first_name, identity.last_name)
    same = (one for one in candidates if same_name((one.first_name, one.last_name), wanted))
    return next(same, None)


async def is_described(tx: Transaction, person_id: UUID | None, identity: Identity) -> bool:
    """Tell whether a person bears the name that is given, and the address and number if any are.

    Raises:
        InvalidInput: A field cannot be used.
    """
    clean = checked_identity(identity)
    found = None if person_id is None else await queries.find(tx, person_id)
    return found is not None and describes(clean, found)


async def person(person_id: UUID) -> Person:
    """Read one person.

    Raises:
        NotFound: There is no such person here, or they were erased.
    """
    async with tenant_transaction() as tx:
        return await _person(tx, person_id)


async def contact_of(person_id: UUID | None) -> Contact:
    """Give where somebody is called or visited (S-06); empty where nobody has said so."""
    if person_id is None:
        return Contact()
    async with tenant_transaction() as tx:
        return await queries.contact(tx, person_id) or Contact()


async def known(tx: Transaction, person_id: UUID) -> UUID:
    """Give the id of a person inside a transaction.

    Raises:
        NotFound: There is no such person here, or they were erased.
    """
    return (await _person(tx, person_id)).id


async def proven_persons(email: str) -> list[Person]:
    """List the persons whose own, proven address this is, the oldest record first."""
    async with tenant_transaction() as tx:
        return await queries.proven(tx, email.strip().lower())


async def relatives(person_id: UUID) -> list[Person]:
    """List the relatives of a responsible person, by first name."""
    async with tenant_transaction() as tx:
        return await queries.relatives(tx, person_id)


async def add_relative(responsible_id: UUID, draft: RelativeDraft, actor: Actor) -> UUID:
    """Add a relative to a responsible person, who will get the messages (C-44).

    Raises:
        InvalidInput: A field cannot be used.
        NotFound: There is no such person here, or it is a relative already.
    """
    clean = checked_relative(draft, _today())
    async with tenant_transaction() as tx:
        responsible = await _person(tx, responsible_id)
        if responsible.responsible_id is not None:
            raise NotFound
        created = await queries.insert_relative(tx, responsible, clean)
        await history.record(tx, actor, "person.created", "person", created)
    return created


async def update_details(person_id: UUID, details: PersonDetails, actor: Actor) -> None:
    """Change what a person says of themselves (C-44).

    Raises:
        InvalidInput: A field cannot be used.
        NotFound: There is no such person here.
    """
    clean = checked_details(details, _today())
    async with tenant_transaction() as tx:
        if not await queries.update_details(tx, person_id, clean):
            raise NotFound
        await history.record(tx, actor, "person.updated", "person", person_id)


async def export(person_id: UUID, *, discreet: bool = False) -> dict[str, Any]:
    """Give all that is kept about a person and their relatives, ready for JSON (C-44).

    `discreet`: nothing that leads to what is confidential, nor what agents noted of somebody to whom
    anything is, for whoever reads their mails could read it (S-08).

    Raises:
        NotFound: There is no such person here.
    """
    async with tenant_transaction() as tx:
        data = await _export_one(tx, await _person(tx, person_id), discreet=discreet)
        relatives_of = await queries.relatives(tx, person_id)
        data["relatives"] = [
            await _export_one(tx, relative, discreet=discreet) for relative in relatives_of
        ]
        return data


async def _export_one(tx: Transaction, person: Person, *, discreet: bool) -> dict[str, Any]:
    hidden = await hidden_from(tx, person.id) if discreet else set[UUID]()
    data: dict[str, Any] = {
        "person": msgspec.to_builtins(person),
        "bookings": msgspec.to_builtins(await queries.bookings(tx, person.id)),
        "history": msgspec.to_builtins(
            await queries.events(tx, person.id, hidden=hidden, untold=UNTOLD if discreet else ())
        ),
    }
    for part in parts():
        data.update(await part.export(tx, person.id))
    return discreetly(data, hidden) if hidden else data


async def erase(person_id: UUID, actor: Actor) -> None:
    """Forget a person and their relatives; what remains names nobody (C-44).

    Raises:
        HasUpcomingBookings: An appointment is still to come.
        NotFound: There is no such person here.
    """
    async with tenant_transaction() as tx:
        await erase_in(tx, person_id, actor)


async def erase_in(tx: Transaction, person_id: UUID, actor: Actor) -> None:
    """Forget a person and their relatives inside a transaction; raises as `erase`."""
    await _person(tx, person_id)
    relatives_of = await queries.relatives(tx, person_id)
    everyone = [person_id, *(relative.id for relative in relatives_of)]
    if await queries.has_upcoming(tx, everyone, clock.now()):
        raise HasUpcomingBookings
    for one in everyone:
        await _erase_one(tx, one, actor)


async def _erase_one(tx: Transaction, person_id: UUID, actor: Actor) -> None:
    # The plugins first: theirs may be found through what the core still keeps.
    for part in parts():
        await part.erase(tx, person_id)
    await queries.blank_person(tx, person_id)
    await history.record(tx, actor, "person.erased", "person", person_id)


async def _person(tx: Transaction, person_id: UUID) -> Person:
    found = await queries.find(tx, person_id)
    if found is None:
        raise NotFound
    return found


def _today() -> date:
    return clock.now().astimezone(ZoneInfo(current_tenant.get().time_zone)).date()
