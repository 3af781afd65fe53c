"""Persons' files as agents make, change and read them (C-67)."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau_infra import clock

from creneau.context import Actor, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.history.queries import Entry
from creneau.history.rules import changed_fields
from creneau.people import queries as people
from creneau.people.errors import FileChanged
from creneau.people.files import queries
from creneau.people.files.schemas import (
    Agendas,
    Bookings,
    FileBooking,
    RelativeLine,
    Standing,
    Typed,
)
from creneau.people.finding.schemas import Found, Likeness, Within
from creneau.people.finding.service import look_alikes
from creneau.people.rules import checked_draft, draft_of, version_of, version_of_values
from creneau.people.schemas import Person, PersonDraft
from creneau.refusals import InvalidInput, NotFound

MOST_SHOWN = 5
Written = Sequence[Typed]


async def create(
    draft: PersonDraft,
    organisation_ids: Sequence[UUID],
    actor: Actor,
    *,
    responsible_id: UUID | None = None,
    written: Written = (),
) -> UUID:
    """Add a person, known to these organisations; or a relative of `responsible_id` (S-07).

    `written` are plugins' fields with what was typed into them.

    Raises:
        InvalidInput: A field cannot be used.
        NotFound: There is no such responsible person here, or it is a relative already.
    """
    clean = _checked(draft, written)
    async with tenant_transaction() as tx:
        if responsible_id is not None:
            responsible = await people.hold(tx, responsible_id)
            if responsible is None or responsible.responsible_id is not None:
                raise NotFound
        made = await queries.insert(tx, clean, responsible_id, organisation_ids, actor)
        for one in written:
            await one.fields.save(tx, made, one.values)
    return made


async def update(
    person_id: UUID, draft: PersonDraft, version: str, actor: Actor, written: Written = ()
) -> Person:
    """Change a file, and give it as it was before.

    Raises:
        InvalidInput: A field cannot be used.
        FileChanged: Somebody else saved it since `version`, or one of the plugins' fields since what
            was seen of them; it carries what stands there.
        NotFound: There is no such person here.
    """
    clean = _checked(draft, written)
    async with tenant_transaction() as tx:
        before = await people.hold(tx, person_id)
        if before is None:
            raise NotFound
        kept = [await one.fields.kept(tx, person_id) for one in written]
        seen = [version_of_values(values) for values in kept]
        if version_of(before) != version or seen != [one.seen for one in written]:
            stands = {name: value for one in kept if one for name, value in one.items()}
            raise FileChanged(draft_of(before), stands)
        await queries.update(tx, person_id, clean)
        changed = changed_fields(draft_of(before), clean, PersonDraft.__struct_fields__)
        for one, stood in zip(written, kept, strict=True):
            await one.fields.save(tx, person_id, one.values)
            changed += [one.fields.plugin] if _differs(one, stood) else []
        details = {"changed": changed}
        await history.record(tx, actor, "person.updated", "person", person_id, details)
    return before


def _differs(typed: Typed, stood: Mapping[str, str] | None) -> bool:
    """Tell whether a plugin's fields say something else now; where nobody compares, they may."""
    return bool(typed.values) and (
        stood is None or any(stood.get(name, "") != typed.values[name] for name in typed.values)
    )


def _checked(draft: PersonDraft, written: Written) -> PersonDraft:
    wrong: dict[str, str] = {}
    for one in written:
        wrong.update(one.fields.check(one.values))
    try:
        clean = checked_draft(draft, today())
    except InvalidInput as refused:
        raise InvalidInput({**refused.fields, **wrong}) from refused
    if wrong:
        raise InvalidInput(wrong)
    return clean


async def perhaps_the_same(
    draft: PersonDraft, within: Within, but: UUID | None = None
) -> list[Found]:
    """Find whose file may be of the same person as what is typed (C-67); `but` is left out.

    What cannot be used as it is typed is no likeness.
    """
    try:
        clean = checked_draft(draft, today())
    except InvalidInput:
        return []
    who = Likeness(
        first_name=clean.first_name,
        last_name=clean.last_name,
        birth_date=clean.birth_date,
        email=clean.email,
        phones=(clean.phone, clean.second_phone),
    )
    async with tenant_transaction() as tx:
        return await look_alikes(tx, who, within, but)


async def bookings_of(person_id: UUID, within: Agendas, most: int = MOST_SHOWN) -> Bookings:
    """Give the appointments on a file: counted by standing, the next and the last ones."""
    now = clock.now()
    async with tenant_transaction() as tx:
        return Bookings(
            counts=await queries.counts(tx, person_id, within, now),
            upcoming=tuple(await queries.upcoming(tx, person_id, within, now, most)),
            past=tuple(await queries.past(tx, person_id, within, now, most)),
        )


async def all_bookings_of(
    person_id: UUID, within: Agendas, standing: Standing | None, limit: int, skipped: int
) -> list[FileBooking]:
    """List the appointments of a person, of one standing or all, the latest first."""
    now = clock.now()
    async with tenant_transaction() as tx:
        return await queries.page(tx, person_id, within, now, standing, limit, skipped)


async def relatives_of(person_id: UUID, within: Agendas) -> list[RelativeLine]:
    """List the relatives on a file, with their next appointment (S-07)."""
    async with tenant_transaction() as tx:
        return await queries.relatives(tx, person_id, within, clock.now(), today())


async def who_can_follow(person_id: UUID) -> list[tuple[UUID, str]]:
    """List the agents who can become a person's referent, by last name."""
    async with tenant_transaction() as tx:
        return await queries.candidates(tx, person_id)


async def history_of(person_id: UUID) -> list[Entry]:
    """Read what happened to a file, oldest first."""
    async with tenant_transaction() as tx:
        return await history.of_file(tx, person_id)


async def merged_into(person_id: UUID) -> UUID | None:
    """Tell of which file another has become a part; None: of none."""
    async with tenant_transaction() as tx:
        return await people.merged_into(tx, person_id)


async def keep_in(tx: Transaction, person_id: UUID) -> Person:
    """Read a person and keep the file as it is until the transaction is over.

    Raises:
        NotFound: There is no such person here.
    """
    found = await people.hold(tx, person_id)
    if found is None:
        raise NotFound
    return found


def today() -> date:
    """Give the day that it is for the tenant."""
    return clock.now().astimezone(ZoneInfo(current_tenant.get().time_zone)).date()
