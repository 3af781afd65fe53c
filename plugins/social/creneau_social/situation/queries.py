"""Statements about the situation of persons, and about who reads it."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from creneau.database import Transaction

from creneau_social.situation.schemas import UNCHANGED, Reading, ReadingsWanted, Setting

_SETTING = """
    SELECT fields, xmin::text AS version FROM social.situation_setting WHERE tenant_id = $1
"""

# One line for what an agent read of a person within a minute, however many parts of the page told it.
_READINGS = """
    SELECT a.first_name || ' ' || a.last_name AS name, r.at, r.fields
    FROM (
        SELECT agent_id, date_trunc('minute', at) AS at, array_agg(DISTINCT field) AS fields
        FROM social.reading, unnest(fields) AS field
        WHERE tenant_id = $1 AND person_id = $2 AND ($3::uuid IS NULL OR agent_id = $3)
            AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at < $5)
        GROUP BY agent_id, date_trunc('minute', at)
    ) r
    JOIN agent a ON a.tenant_id = $1 AND a.id = r.agent_id
"""


async def setting(tx: Transaction) -> Setting | None:
    """Read which facts the territory works with; None where nobody has said so."""
    return await tx.one(Setting, _SETTING, tx.tenant_id)


async def keep_setting(tx: Transaction, fields: Sequence[str], version: str) -> bool:
    """Keep which facts are in use; False where they are not of that version any more."""
    if version != UNCHANGED:
        return bool(
            await tx.execute(
                """
                UPDATE social.situation_setting SET fields = $2
                WHERE tenant_id = $1 AND xmin::text = $3
                """,
                tx.tenant_id,
                list(fields),
                version,
            )
        )
    return bool(
        await tx.execute(
            """
            INSERT INTO social.situation_setting (tenant_id, fields) VALUES ($1, $2)
            ON CONFLICT (tenant_id) DO NOTHING
            """,
            tx.tenant_id,
            list(fields),
        )
    )


async def told(tx: Transaction, person_id: UUID) -> bytes | None:
    """Read what is kept of a person, sealed."""
    return await tx.value(
        "SELECT told FROM social.situation WHERE tenant_id = $1 AND person_id = $2",
        tx.tenant_id,
        person_id,
    )


async def keep(tx: Transaction, person_id: UUID, sealed: bytes) -> None:
    """Keep what is told of a person."""
    await tx.execute(
        """
        INSERT INTO social.situation (tenant_id, person_id, told) VALUES ($1, $2, $3)
        ON CONFLICT (tenant_id, person_id) DO UPDATE SET told = $3, changed_at = now()
        """,
        tx.tenant_id,
        person_id,
        sealed,
    )


async def forget(tx: Transaction, person_id: UUID) -> None:
    """Forget what is kept of a person."""
    await tx.execute(
        "DELETE FROM social.situation WHERE tenant_id = $1 AND person_id = $2",
        tx.tenant_id,
        person_id,
    )


async def note(tx: Transaction, person_id: UUID, agent_id: UUID, fields: Sequence[str]) -> None:
    """Note that an agent has read some facts; the same again within ten minutes is one reading."""
    await tx.execute(
        """
        INSERT INTO social.reading (tenant_id, person_id, agent_id, fields)
        SELECT $1, $2::uuid, $3::uuid, $4::text[]
        WHERE NOT EXISTS (
            SELECT FROM social.reading
            WHERE tenant_id = $1 AND person_id = $2 AND agent_id = $3 AND fields @> $4::text[]
                AND at > now() - interval '10 minutes')
        """,
        tx.tenant_id,
        person_id,
        agent_id,
        list(fields),
    )


async def count_readings(tx: Transaction, wanted: ReadingsWanted) -> int:
    """Count the readings that are asked for."""
    sql = f"SELECT count(*) FROM ({_READINGS}) one"
    return await tx.value(sql, *_asked(tx, wanted))


async def readings(
    tx: Transaction, wanted: ReadingsWanted, most: int, skipped: int
) -> list[Reading]:
    """Read a page of who has read what of a person."""
    sql = f"{_ordered(wanted)} LIMIT $6 OFFSET $7"
    return await tx.all(Reading, sql, *_asked(tx, wanted), most, skipped)


async def each_reading(
    tx: Transaction,
    wanted: ReadingsWanted,
    sink: Callable[[Sequence[Reading]], Awaitable[None]],
    at_once: int,
) -> None:
    """Hand all of them to a sink, so many at a time."""
    await tx.each(Reading, _ordered(wanted), *_asked(tx, wanted), sink=sink, at_once=at_once)


async def readers(tx: Transaction, person_id: UUID) -> list[tuple[UUID, str]]:
    """Read who has read something of a person, by name."""
    rows = await tx.rows(
        """
        SELECT a.id, a.first_name || ' ' || a.last_name AS name FROM agent a
        WHERE a.tenant_id = $1 AND EXISTS (
            SELECT FROM social.reading r
            WHERE r.tenant_id = $1 AND r.person_id = $2 AND r.agent_id = a.id)
        ORDER BY unaccent(lower(a.last_name)), unaccent(lower(a.first_name)), a.id
        """,
        tx.tenant_id,
        person_id,
    )
    return [(row["id"], row["name"]) for row in rows]


def _asked(tx: Transaction, wanted: ReadingsWanted) -> tuple[object, ...]:
    return (tx.tenant_id, wanted.person_id, wanted.agent_id, wanted.since, wanted.to)


def _ordered(wanted: ReadingsWanted) -> str:
    way = "DESC" if wanted.descending else "ASC"
    name = f"unaccent(lower(a.last_name)) {way}, unaccent(lower(a.first_name)) {way}, a.id {way}"
    order = f"{name}, r.at {way}" if wanted.by_name else f"r.at {way}, {name}"
    return f"{_READINGS} ORDER BY {order}"


async def forget_readings(tx: Transaction, person_id: UUID) -> None:
    """Forget who has read what of a person."""
    await tx.execute(
        "DELETE FROM social.reading WHERE tenant_id = $1 AND person_id = $2",
        tx.tenant_id,
        person_id,
    )


async def move_readings(tx: Transaction, kept_id: UUID, gone_id: UUID) -> None:
    """Have what was read of one file stand with another; rows are added, none is changed."""
    await tx.execute(
        """
        INSERT INTO social.reading (tenant_id, person_id, agent_id, fields, at)
        SELECT tenant_id, $2, agent_id, fields, at FROM social.reading
        WHERE tenant_id = $1 AND person_id = $3
        """,
        tx.tenant_id,
        kept_id,
        gone_id,
    )
