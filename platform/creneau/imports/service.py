"""Imports: a file is sent, looked through line by line, and written as a whole or not at all (T-14)."""

import asyncio
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from creneau_infra import clock
from creneau_infra.outbox.service import put

from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.i18n import current_locale
from creneau.imports import queries
from creneau.imports.errors import NotReady
from creneau.imports.kinds.base import Kind, Known
from creneau.imports.kinds.known import KINDS
from creneau.imports.reading import lines_of
from creneau.imports.schemas import AboutImport, DataImport, Fault, ImportKind, Line
from creneau.refusals import InvalidInput, NotFound

CHECK: Final = "import.check"
WRITE: Final = "import.write"
MOST_FAULTS: Final = 200
LINES_AT_ONCE: Final = 200
LINES_BETWEEN_NOTES: Final = 5000
KEPT: Final = timedelta(days=7)


async def send(kind: ImportKind, file_name: str, content: bytes, agent_id: UUID) -> UUID:
    """Take a file in; a worker looks through it and says what would be written.

    Raises:
        InvalidInput: It is no such file: too large, no text, other columns, too many lines.
    """
    known = KINDS[kind]
    lines = await asyncio.to_thread(_read, content, known)
    async with tenant_transaction() as tx:
        made = await queries.insert_import(
            tx,
            kind,
            file_name=file_name,
            locale=current_locale.get(),
            content=content,
            lines=len(lines),
            agent_id=agent_id,
        )
        await put(tx, CHECK, AboutImport(made), key=f"{CHECK}:{made}", lane="slow")
    return made


async def imports() -> list[DataImport]:
    """List the imports of the last week, the newest first."""
    async with tenant_transaction() as tx:
        return await queries.imports(tx)


async def data_import(import_id: UUID) -> DataImport:
    """Read one import.

    Raises:
        NotFound: There is no such import here, or it was given up or forgotten.
    """
    async with tenant_transaction() as tx:
        return _found(await queries.find(tx, import_id))


async def start(import_id: UUID) -> None:
    """Have a file written that was looked through and found good.

    Raises:
        NotFound: There is no such import here.
        NotReady: It is at another step.
    """
    async with tenant_transaction() as tx:
        _found(await queries.find(tx, import_id))
        if not await queries.note_running(tx, import_id):
            raise NotReady
        await put(
            tx, WRITE, AboutImport(import_id), key=f"{WRITE}:{import_id}:{uuid4()}", lane="slow"
        )


async def give_up(import_id: UUID) -> None:
    """Forget a file that was not written.

    Raises:
        NotFound: There is no such import here.
        NotReady: It is being written, or has been.
    """
    async with tenant_transaction() as tx:
        _found(await queries.find(tx, import_id))
        if not await queries.delete(tx, import_id):
            raise NotReady


async def forget_old(tenant_id: UUID) -> None:
    """Forget the files, and what became of them, after a week."""
    async with tenant_transaction(tenant_id) as tx:
        await queries.forget(tx, clock.now() - KEPT)


async def check(import_id: UUID) -> None:
    """Look through a file, line by line; nothing is written but what was found."""
    async with tenant_transaction() as tx:
        found = await queries.find(tx, import_id)
        if found is None or found.state != "checking":
            return
        content = await queries.content(tx, import_id)
        known = await KINDS[found.kind].known(tx, Actor("agent", found.agent_id))
    lines = await asyncio.to_thread(_read, content, KINDS[found.kind])
    drafts, faults, wrong = await _looked_through(lines, known, KINDS[found.kind], import_id)
    async with tenant_transaction() as tx:
        await queries.note_checked(
            tx,
            import_id,
            made=len(drafts),
            known=len(lines) - wrong - len(drafts),
            wrong=wrong,
            faults=faults,
        )


async def write(import_id: UUID) -> None:
    """Write a file that was found good, in one transaction; what has changed since counts.

    Where a line no longer fits, nothing is written and the file is looked through anew.
    """
    async with tenant_transaction() as tx:
        found = await queries.locked(tx, import_id)
        if found is None or found.state != "running":
            return
        kind = KINDS[found.kind]
        known = await kind.known(tx, Actor("agent", found.agent_id))
        lines = await asyncio.to_thread(_read, await queries.content(tx, import_id), kind)
        drafts, faults, wrong = await _looked_through(lines, known, kind, None)
        if wrong:
            same = len(lines) - wrong - len(drafts)
            await queries.note_checked(
                tx, import_id, made=len(drafts), known=same, wrong=wrong, faults=faults
            )
            return
        await _write(tx, found, kind, drafts, len(lines) - len(drafts))


async def _write(
    tx: Transaction, found: DataImport, kind: Kind, drafts: list[Any], known: int
) -> None:
    actor = Actor("agent", found.agent_id)
    await kind.make(tx, drafts, actor)
    await queries.note_done(tx, found.id, len(drafts), known, clock.now())
    details = {"kind": found.kind, "made": len(drafts), "known": known}
    await history.record(tx, actor, "data.imported", "data_import", found.id, details)


async def _looked_through(
    lines: list[Line], known: Known, kind: Kind, noted_as: UUID | None
) -> tuple[list[Any], list[Fault], int]:
    titles = {column.name: column.title for column in kind.columns}
    drafts: list[Any] = []
    faults: list[Fault] = []
    wrong = 0
    for index, line in enumerate(lines, start=1):
        try:
            draft = known.draft(line)
        except InvalidInput as refused:
            wrong += 1
            faults += [
                Fault(line.number, titles.get(name, ""), said)
                for name, said in refused.fields.items()
            ]
        else:
            drafts += [draft] if draft is not None else []
        if index % LINES_AT_ONCE == 0:
            # Others' requests go on meanwhile.
            await asyncio.sleep(0)
        if noted_as is not None and index % LINES_BETWEEN_NOTES == 0:
            async with tenant_transaction() as tx:
                await queries.note_progress(tx, noted_as, index)
    return drafts, faults[:MOST_FAULTS], wrong


def _read(content: bytes, kind: Kind) -> list[Line]:
    return lines_of(content, kind.columns, kind.most)


def _found(found: DataImport | None) -> DataImport:
    if found is None:
        raise NotFound
    return found
