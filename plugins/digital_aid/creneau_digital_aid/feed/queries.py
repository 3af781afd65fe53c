"""The statements of the feed's lines."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

import asyncpg
from creneau.database import Transaction

from creneau_digital_aid.feed.schemas import Form, Line, Unwritten
from creneau_digital_aid.places.queries import COLUMNS, IN_USE, places_with

MADE_OF: Final = "concat_ws('.', $3::text, p.xmin, o.xmin, s.xmin)"
"""The versions of all that a line is written from, `$3` that of the way in which it is written."""


async def lines(tx: Transaction, form: Form, writing: str) -> list[asyncpg.Record]:
    """Read the line of each place in use, in no order, and whether it still holds.

    `writing` names the way in which lines are written: those of another one do not hold.
    """
    return await tx.rows(
        f"""
        SELECT p.id, n.text, n.ways_in, COALESCE(n.made_of = {MADE_OF}, false) AS holds
        FROM {IN_USE}
        LEFT JOIN digital_aid.line n ON n.tenant_id = $1 AND n.place_id = p.id AND n.form = $2
        WHERE p.tenant_id = $1
        """,
        tx.tenant_id,
        form,
        writing,
    )


async def old(tx: Transaction, form: Form, writing: str) -> list[UUID]:
    """List the places in use whose line is missing or holds no more."""
    rows = await tx.rows(
        f"""
        SELECT p.id
        FROM {IN_USE}
        LEFT JOIN digital_aid.line n ON n.tenant_id = $1 AND n.place_id = p.id AND n.form = $2
        WHERE p.tenant_id = $1 AND n.made_of IS DISTINCT FROM {MADE_OF}
        ORDER BY p.id
        """,
        tx.tenant_id,
        form,
        writing,
    )
    return [row["id"] for row in rows]


async def unwritten(tx: Transaction, writing: str, place_ids: Sequence[UUID]) -> list[Unwritten]:
    """Read some places whole, in the order of their making, each with what its line is made of."""
    return await tx.all(
        Unwritten,
        f"""
        {places_with(f"{COLUMNS}, {MADE_OF} AS made_of")} AND p.id = ANY ($2)
        ORDER BY p.id
        """,
        tx.tenant_id,
        list(place_ids),
        writing,
    )


async def keep(tx: Transaction, form: Form, made: Iterable[tuple[Line, str]]) -> None:
    """Keep lines, each with what it is made of, in the order of the places.

    Everybody keeps that order, so that nobody waits for one who waits for them.
    """
    lines = list(made)
    await tx.execute(
        """
        INSERT INTO digital_aid.line (tenant_id, place_id, form, text, ways_in, made_of)
        SELECT $1, made.place_id, $2, made.text, made.ways_in, made.made_of
        FROM unnest($3::uuid[], $4::bytea[], $5::text[], $6::text[])
            WITH ORDINALITY AS made (place_id, text, ways_in, made_of, number)
        ORDER BY made.number
        ON CONFLICT (tenant_id, place_id, form) DO UPDATE
            SET text = excluded.text, ways_in = excluded.ways_in, made_of = excluded.made_of
        """,
        tx.tenant_id,
        form,
        [line.place_id for line, _made_of in lines],
        [line.text for line, _made_of in lines],
        [line.ways_in for line, _made_of in lines],
        [made_of for _line, made_of in lines],
    )
