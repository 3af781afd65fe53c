"""Statements about imports."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from creneau.database import Transaction
from creneau.i18n import Locale
from creneau.imports.schemas import DataImport, Fault, ImportKind

_IMPORT = """
    SELECT id, kind, file_name, locale, state, lines, looked_at, made, known, wrong, faults,
           agent_id, created_at, ended_at
    FROM data_import WHERE tenant_id = $1
"""


async def insert_import(  # noqa: PLR0913 - a row of the table
    tx: Transaction,
    kind: ImportKind,
    *,
    file_name: str,
    locale: Locale,
    content: bytes,
    lines: int,
    agent_id: UUID,
) -> UUID:
    """Keep a file that was sent."""
    return await tx.value(
        """
        INSERT INTO data_import (tenant_id, kind, file_name, locale, content, lines, agent_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        RETURNING id
        """,
        tx.tenant_id,
        kind,
        file_name,
        locale,
        content,
        lines,
        agent_id,
    )


async def imports(tx: Transaction) -> list[DataImport]:
    """Read the imports of the last weeks, the newest first."""
    return await tx.all(DataImport, _IMPORT + " ORDER BY created_at DESC, id DESC", tx.tenant_id)


async def find(tx: Transaction, import_id: UUID) -> DataImport | None:
    """Read one import."""
    return await tx.one(DataImport, _IMPORT + " AND id = $2", tx.tenant_id, import_id)


async def locked(tx: Transaction, import_id: UUID) -> DataImport | None:
    """Read one import, and have nobody else work on it until the transaction is over."""
    return await tx.one(DataImport, _IMPORT + " AND id = $2 FOR UPDATE", tx.tenant_id, import_id)


async def content(tx: Transaction, import_id: UUID) -> bytes:
    """Read the file that was sent."""
    return await tx.value(
        "SELECT content FROM data_import WHERE tenant_id = $1 AND id = $2", tx.tenant_id, import_id
    )


async def note_progress(tx: Transaction, import_id: UUID, looked_at: int) -> None:
    """Say how many lines were looked at so far."""
    await tx.execute(
        "UPDATE data_import SET looked_at = $3 WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        import_id,
        looked_at,
    )


async def note_checked(  # noqa: PLR0913 - what a check found
    tx: Transaction,
    import_id: UUID,
    *,
    made: int,
    known: int,
    wrong: int,
    faults: Sequence[Fault],
) -> None:
    """Keep what a check found."""
    await tx.execute(
        """
        UPDATE data_import
        SET state = 'checked', looked_at = lines, made = $3, known = $4, wrong = $5,
            faults = $6::jsonb
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        import_id,
        made,
        known,
        wrong,
        msgspec.json.encode(faults).decode(),
    )


async def note_running(tx: Transaction, import_id: UUID) -> bool:
    """Begin to write what was checked and found good; False at any other step."""
    touched = await tx.execute(
        """
        UPDATE data_import SET state = 'running'
        WHERE tenant_id = $1 AND id = $2 AND state = 'checked' AND wrong = 0 AND made > 0
        """,
        tx.tenant_id,
        import_id,
    )
    return touched == 1


async def note_done(tx: Transaction, import_id: UUID, made: int, known: int, at: datetime) -> None:
    """Keep what was written, and forget the file."""
    await tx.execute(
        """
        UPDATE data_import
        SET state = 'done', made = $3, known = $4, ended_at = $5, content = NULL
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        import_id,
        made,
        known,
        at,
    )


async def delete(tx: Transaction, import_id: UUID) -> bool:
    """Give up an import that is not being written; False when there is none."""
    gone = await tx.execute(
        """
        DELETE FROM data_import
        WHERE tenant_id = $1 AND id = $2 AND state IN ('checking', 'checked')
        """,
        tx.tenant_id,
        import_id,
    )
    return gone == 1


async def forget(tx: Transaction, before: datetime) -> int:
    """Delete the imports that began before a moment, done or not."""
    return await tx.execute(
        "DELETE FROM data_import WHERE tenant_id = $1 AND created_at < $2", tx.tenant_id, before
    )
