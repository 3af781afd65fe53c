"""Doubles: found, compared, put together, told apart (C-67)."""

from typing import Final
from uuid import UUID

from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.people import queries as people
from creneau.people.files import queries as files
from creneau.people.files.service import today
from creneau.people.finding.schemas import Found, Within
from creneau.people.merging import queries
from creneau.people.merging.errors import FilesChanged, SameFile
from creneau.people.merging.rules import check_kinship, proven_at, put_together
from creneau.people.merging.schemas import Carried, Double, Doubles, Merging, Reason
from creneau.people.privacy import parts
from creneau.people.rules import checked_draft, version_of
from creneau.people.schemas import Person
from creneau.refusals import NotFound
from creneau.waiting.queries import lock_line

PAGE: Final = 25
REASONS: Final[dict[str, Reason]] = {"d": "birth", "e": "email", "p": "phone"}


async def doubles(within: Within, limit: int = PAGE, skipped: int = 0) -> Doubles:
    """List files that may be of one person, the surest first; those told apart are left out."""
    async with tenant_transaction() as tx:
        found = await queries.pairs(tx, within, limit + 1, skipped)
        ids = [one for pair in found for one in (pair.first_id, pair.second_id)]
        named = await queries.named(tx, ids)
    return Doubles(
        pairs=tuple(_double(named, pair) for pair in found[:limit]), more=len(found) > limit
    )


def _double(named: dict[UUID, Found], pair: queries.Pair) -> Double:
    return Double(
        first=named[pair.first_id],
        second=named[pair.second_id],
        reasons=tuple(REASONS[kind] for kind in sorted(pair.reasons)),
    )


async def carried_by(person_id: UUID) -> Carried:
    """Count what a merge would carry over from a file."""
    async with tenant_transaction() as tx:
        return await queries.carried(tx, person_id)


async def merge(merging: Merging, actor: Actor) -> None:
    """Make two files one: all that hangs on the one that goes hangs on the one that stays.

    All or nothing; sent twice it is done once. Whoever books for the file that goes at this very
    moment waits, and books for the one that stays (see `know_person` in the migration).

    Raises:
        SameFile: It is one file.
        AreRelatives: One of them answers for the other.
        RelativesOfRelative: A relative would have relatives.
        FilesChanged: One of them is not as it was shown.
        InvalidInput: A chosen field cannot be used.
        NotFound: One of them is not here.
    """
    if merging.kept_id == merging.gone_id:
        raise SameFile
    async with tenant_transaction() as tx:
        # Before the files: whoever asks to wait takes the line first, too.
        await lock_line(tx)
        found = await queries.lock(tx, [merging.kept_id, merging.gone_id])
        if merging.kept_id not in found:
            raise NotFound
        if merging.gone_id not in found:
            if await people.merged_into(tx, merging.gone_id) == merging.kept_id:
                return
            raise NotFound
        await _merge(tx, found[merging.kept_id], found[merging.gone_id], merging, actor)


async def _merge(
    tx: Transaction, kept: Person, gone: Person, merging: Merging, actor: Actor
) -> None:
    check_kinship(kept, gone, gone_answers=await queries.answers_for_somebody(tx, gone.id))
    if (version_of(kept), version_of(gone)) != (merging.kept_version, merging.gone_version):
        raise FilesChanged
    draft = checked_draft(put_together(kept, gone, merging), today())
    await queries.carry_over(tx, kept.id, gone.id)
    for part in parts():
        await part.merge(tx, kept.id, gone.id)
    await files.update(tx, kept.id, draft)
    await queries.prove(tx, kept.id, proven_at(kept, gone, draft.email))
    await queries.close(tx, kept.id, gone.id)
    await history.record(tx, actor, "person.merged", "person", kept.id, {"from": gone.id})
    await history.record(tx, actor, "person.merged_into", "person", gone.id, {"into": kept.id})


async def tell_apart(one: UUID, other: UUID, actor: Actor) -> None:
    """Say that two files that look alike are of two persons: they are suspected no more.

    Raises:
        SameFile: It is one file.
        NotFound: One of them is not here.
    """
    if one == other:
        raise SameFile
    async with tenant_transaction() as tx:
        if set(await queries.named(tx, [one, other])) != {one, other}:
            raise NotFound
        if await queries.tell_apart(tx, one, other, actor.id):
            await history.record(tx, actor, "person.told_apart", "person", one, {"other": other})
