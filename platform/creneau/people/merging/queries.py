"""Statements that find doubles, and that make two files one."""

from datetime import datetime
from uuid import UUID

import msgspec

from creneau.database import Transaction
from creneau.people.finding.queries import COLUMNS
from creneau.people.finding.schemas import Found, Within
from creneau.people.merging.schemas import Carried
from creneau.people.schemas import Person

# So many with one phone or address are no doubles: an institution's, or a family's.
MOST_OF_ONE = 12


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Two files that look alike; `reasons` are the kinds of words that they share."""

    first_id: UUID
    second_id: UUID
    reasons: tuple[str, ...]


async def pairs(tx: Transaction, within: Within, limit: int, skipped: int) -> list[Pair]:
    """Read pairs of files that share a word that few share, the surest first."""
    everybody = within.organisation_ids is None
    return await tx.all(
        Pair,
        """
        WITH alike AS (
            SELECT left(word, 1) AS kind, array_agg(person_id ORDER BY person_id) AS ids
            FROM person_word
            WHERE tenant_id = $1 AND (
                (word >= 'd:' AND word < 'd;') OR (word >= 'e:' AND word < 'e;')
                -- Whole numbers: parts of one begin with a zero, or are shorter.
                OR (word >= 'p:1' AND word < 'p;' AND length(word) >= 12)
            )
            GROUP BY word HAVING count(*) BETWEEN 2 AND $2
        ), pair AS (
            SELECT one.id AS first_id, other.id AS second_id, array_agg(DISTINCT kind) AS reasons
            FROM alike
            CROSS JOIN LATERAL unnest(ids) WITH ORDINALITY AS one (id, place)
            CROSS JOIN LATERAL unnest(ids) WITH ORDINALITY AS other (id, place)
            WHERE one.place < other.place
            GROUP BY 1, 2
        )
        SELECT first_id, second_id, reasons FROM pair
        JOIN person p ON p.tenant_id = $1 AND p.id = first_id
        JOIN person q ON q.tenant_id = $1 AND q.id = second_id
        WHERE p.id IS DISTINCT FROM q.responsible_id AND q.id IS DISTINCT FROM p.responsible_id
            AND (p.responsible_id IS NULL OR p.responsible_id IS DISTINCT FROM q.responsible_id
                OR 'd' = ANY(reasons))
            AND (reasons <> '{e}' OR similarity(
                plain_words(p.last_name || ' ' || p.first_name),
                plain_words(q.last_name || ' ' || q.first_name)) > 0.35)
            AND NOT EXISTS (
                SELECT FROM person_apart x
                WHERE x.tenant_id = $1 AND x.first_id = pair.first_id AND x.second_id = pair.second_id
            )
            AND ($3 OR 2 = (
                SELECT count(DISTINCT k.person_id) FROM person_organisation k
                WHERE k.tenant_id = $1 AND k.person_id IN (pair.first_id, pair.second_id)
                    AND (k.organisation_id IS NULL OR k.organisation_id = ANY($4))
            ))
        ORDER BY 'd' = ANY(reasons) DESC, 'e' = ANY(reasons) DESC, first_id, second_id
        LIMIT $5 OFFSET $6
        """,
        tx.tenant_id,
        MOST_OF_ONE,
        everybody,
        [] if within.organisation_ids is None else list(within.organisation_ids),
        limit,
        skipped,
    )


async def named(tx: Transaction, ids: list[UUID]) -> dict[UUID, Found]:
    """Read some files as a list shows them."""
    found = await tx.all(
        Found,
        f"""
        SELECT {COLUMNS} FROM person p
        LEFT JOIN person r ON r.tenant_id = p.tenant_id AND r.id = p.responsible_id
        WHERE p.tenant_id = $1 AND p.id = ANY($2) AND p.erased_at IS NULL
        """,
        tx.tenant_id,
        ids,
    )
    return {one.id: one for one in found}


async def lock(tx: Transaction, ids: list[UUID]) -> dict[UUID, Person]:
    """Read files that are there, and let nobody book for them, or change them, until the end."""
    found = await tx.all(
        Person,
        """
        SELECT id, responsible_id, first_name, last_name, birth_name, email, email_verified_at,
            phone, second_phone, birth_date, address, locale, notes, extra
        FROM person WHERE tenant_id = $1 AND id = ANY($2) AND erased_at IS NULL
        ORDER BY id FOR UPDATE
        """,
        tx.tenant_id,
        ids,
    )
    return {one.id: one for one in found}


async def answers_for_somebody(tx: Transaction, person_id: UUID) -> bool:
    """Tell whether a person has relatives."""
    return await tx.value(
        """
        SELECT EXISTS (
            SELECT FROM person WHERE tenant_id = $1 AND responsible_id = $2 AND erased_at IS NULL
        )
        """,
        tx.tenant_id,
        person_id,
    )


async def carry_over(tx: Transaction, kept_id: UUID, gone_id: UUID) -> None:
    """Have all that the file of one person leads to lead to another."""
    for statement in _CARRYING:
        await tx.execute(statement, tx.tenant_id, kept_id, gone_id)


_CARRYING = (
    "UPDATE booking SET person_id = $2 WHERE tenant_id = $1 AND person_id = $3",
    "UPDATE person SET responsible_id = $2 WHERE tenant_id = $1 AND responsible_id = $3",
    "UPDATE person SET merged_into = $2 WHERE tenant_id = $1 AND merged_into = $3",
    "UPDATE session SET person_id = $2 WHERE tenant_id = $1 AND person_id = $3",
    "UPDATE person_note SET person_id = $2 WHERE tenant_id = $1 AND person_id = $3",
    """
    INSERT INTO referent (tenant_id, person_id, agent_id, since)
    SELECT tenant_id, $2::uuid, agent_id, since FROM referent WHERE tenant_id = $1 AND person_id = $3
    ON CONFLICT (tenant_id, person_id, agent_id) DO UPDATE
        SET since = LEAST(referent.since, excluded.since)
    """,
    "DELETE FROM referent WHERE tenant_id = $1 AND person_id = $3 AND person_id <> $2",
    """
    INSERT INTO person_organisation (tenant_id, person_id, organisation_id, since)
    SELECT tenant_id, $2::uuid, organisation_id, since FROM person_organisation
    WHERE tenant_id = $1 AND person_id = $3
    ON CONFLICT DO NOTHING
    """,
    "DELETE FROM person_organisation WHERE tenant_id = $1 AND person_id = $3 AND person_id <> $2",
    """
    WITH ended AS (
        DELETE FROM person_apart WHERE tenant_id = $1 AND $3 IN (first_id, second_id)
        RETURNING CASE WHEN first_id = $3 THEN second_id ELSE first_id END AS other, agent_id, said_at
    )
    INSERT INTO person_apart (tenant_id, first_id, second_id, agent_id, said_at)
    SELECT $1::uuid, LEAST($2::uuid, other), GREATEST($2::uuid, other), agent_id, said_at FROM ended
    WHERE other <> $2
    ON CONFLICT (tenant_id, first_id, second_id) DO NOTHING
    """,
    """
    UPDATE person kept SET extra = gone.extra || kept.extra,
        created_at = LEAST(kept.created_at, gone.created_at)
    FROM person gone
    WHERE kept.tenant_id = $1 AND kept.id = $2 AND gone.tenant_id = $1 AND gone.id = $3
    """,
)


async def close(tx: Transaction, kept_id: UUID, gone_id: UUID) -> None:
    """Leave of a file nothing but the way to the one that it is a part of now."""
    await tx.execute(
        """
        UPDATE person
        SET first_name = '—', last_name = '—', birth_name = '', email = '',
            email_verified_at = NULL, phone = '', second_phone = '', birth_date = NULL,
            address = '', notes = '', extra = '{}', responsible_id = NULL, erased_at = now(),
            merged_into = $2
        WHERE tenant_id = $1 AND id = $3
        """,
        tx.tenant_id,
        kept_id,
        gone_id,
    )


async def prove(tx: Transaction, person_id: UUID, at: datetime | None) -> None:
    """Keep since when a file's address is proven."""
    await tx.execute(
        "UPDATE person SET email_verified_at = $3 WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        person_id,
        at,
    )


async def tell_apart(tx: Transaction, one: UUID, other: UUID, agent_id: UUID | None) -> bool:
    """Keep that two files are of two persons; False where it is known."""
    touched = await tx.execute(
        """
        INSERT INTO person_apart (tenant_id, first_id, second_id, agent_id)
        VALUES ($1, LEAST($2::uuid, $3::uuid), GREATEST($2::uuid, $3::uuid), $4)
        ON CONFLICT (tenant_id, first_id, second_id) DO NOTHING
        """,
        tx.tenant_id,
        one,
        other,
        agent_id,
    )
    return touched == 1


async def carried(tx: Transaction, person_id: UUID) -> Carried:
    """Count what hangs on a file."""
    (found,) = await tx.all(
        Carried,
        """
        SELECT
            (SELECT count(*) FROM booking b WHERE b.tenant_id = $1 AND b.person_id = $2
                AND b.state NOT IN ('held', 'expired')) AS bookings,
            (SELECT count(*) FROM person c WHERE c.tenant_id = $1 AND c.responsible_id = $2
                AND c.erased_at IS NULL) AS relatives,
            (SELECT count(*) FROM person_note n WHERE n.tenant_id = $1 AND n.person_id = $2
                AND n.current) AS notes,
            (SELECT count(*) FROM message m WHERE m.tenant_id = $1 AND m.person_id = $2) AS messages,
            (SELECT count(*) FROM waiting_entry e WHERE e.tenant_id = $1 AND e.person_id = $2
                AND e.state IN ('waiting', 'offered')) AS waiting,
            ARRAY(
                SELECT a.first_name || ' ' || a.last_name FROM referent f
                JOIN agent a ON a.tenant_id = f.tenant_id AND a.id = f.agent_id
                    AND a.state <> 'removed'
                WHERE f.tenant_id = $1 AND f.person_id = $2 ORDER BY 1
            ) AS referents
        """,
        tx.tenant_id,
        person_id,
    )
    return found
