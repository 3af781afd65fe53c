"""Statements that find persons by what begins like what was typed.

Only plain comparisons of `person_word.word` are asked: below the policy an index helps with no other.
"""

from collections.abc import Sequence
from uuid import UUID

from creneau.database import Transaction
from creneau.people.finding.rules import Range, Term
from creneau.people.finding.schemas import Found, Within

# Of a term with many ranges the set is made once; few are asked of each candidate.
FEW_RANGES = 8

COLUMNS = """
    p.id, p.responsible_id, r.first_name || ' ' || r.last_name AS responsible_name, p.first_name,
    p.last_name, p.birth_name, p.birth_date, p.email, p.phone,
    ARRAY(
        SELECT a.first_name || ' ' || a.last_name FROM referent f
        JOIN agent a ON a.tenant_id = f.tenant_id AND a.id = f.agent_id AND a.state <> 'removed'
        WHERE f.tenant_id = p.tenant_id AND f.person_id = p.id
        ORDER BY unaccent(lower(a.last_name)), unaccent(lower(a.first_name)), a.id
    ) AS referents
"""
PERSON = """
    JOIN person p ON p.tenant_id = $1 AND p.id = found.person_id AND p.erased_at IS NULL
    LEFT JOIN person r ON r.tenant_id = p.tenant_id AND r.id = p.responsible_id
"""
KNOWN = """
    EXISTS (
        SELECT FROM person_organisation k
        WHERE k.tenant_id = $1 AND k.person_id = {person}
            AND (k.organisation_id IS NULL OR k.organisation_id = ANY({place}))
    )
"""


class _Statement:
    """A statement in the making: its parameters are numbered as they come."""

    def __init__(self, tx: Transaction) -> None:
        self.parameters: list[object] = [tx.tenant_id]

    def place(self, value: object) -> str:
        """Take a parameter and give its place."""
        self.parameters.append(value)
        return f"${len(self.parameters)}"

    def ranges(self, ranges: Sequence[Range]) -> str:
        """Take ranges and give them as a table."""
        lows = self.place([one.low for one in ranges])
        highs = self.place([one.high for one in ranges])
        return f"unnest({lows}::text[], {highs}::text[])"


async def find(
    tx: Transaction, terms: Sequence[Term], within: Within, limit: int, skipped: int = 0
) -> list[Found]:
    """Read the persons who have a word for each term, by the word that the first term found."""
    made = _Statement(tx)
    first, *others = terms
    sets = [_set(made, term) for term in others if len(term.ranges) > FEW_RANGES]
    conditions = "".join(
        f" AND w.person_id IN (SELECT person_id FROM set{n})" for n in range(len(sets))
    )
    conditions += "".join(
        f" AND {_has(made, term)}" for term in others if len(term.ranges) <= FEW_RANGES
    )
    if within.organisation_ids is not None:
        place = made.place(list(within.organisation_ids))
        conditions += " AND " + KNOWN.format(person="w.person_id", place=place)
    most, skip = made.place(limit), made.place(skipped)
    words = made.ranges(first.ranges)
    named = "".join(f"set{n} AS MATERIALIZED ({one}), " for n, one in enumerate(sets))
    if len(first.ranges) <= FEW_RANGES:
        hits = _first_of_each(words, conditions, f"2 * ({most}::bigint + {skip}::bigint)")
    else:
        named += f"hit AS MATERIALIZED ({_all_of_them(words)}), "
        hits = f"SELECT w.person_id, w.place, w.word FROM hit w WHERE true {conditions}"
    sql = f"""
        WITH {named}found AS (
            SELECT s.person_id, min(s.place) AS place, min(s.word) AS word
            FROM ({hits}) s
            GROUP BY s.person_id ORDER BY 2, 3, 1 LIMIT {most}::bigint OFFSET {skip}::bigint
        )
        SELECT {COLUMNS} FROM found {PERSON} ORDER BY found.place, found.word, p.id
    """
    # What is typed decides which way is good: a plan for anything would be none for this.
    await tx.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    return await tx.all(Found, sql, *made.parameters)


def _first_of_each(words: str, conditions: str, most: str) -> str:
    """Read the first words of each range in order: of a short beginning, no more than is shown."""
    return f"""
        SELECT o.person_id, t.place, o.word FROM {words} WITH ORDINALITY AS t (low, high, place)
        CROSS JOIN LATERAL (
            SELECT w.word, w.person_id FROM person_word w
            WHERE w.tenant_id = $1 AND w.word >= t.low AND w.word < t.high {conditions}
            ORDER BY w.word, w.person_id LIMIT {most}
        ) o
    """


def _all_of_them(words: str) -> str:
    """Read all words of many ranges: each has few."""
    return f"""
        SELECT w.person_id, t.place, w.word FROM {words} WITH ORDINALITY AS t (low, high, place)
        {_IN_RANGE}
    """


# Range by range: OFFSET 0 keeps the planner from reading all words and comparing each with all ranges,
# and what is read so is materialized: joined to another set first, it would be read for each of its rows.
_IN_RANGE = """
    CROSS JOIN LATERAL (
        SELECT x.person_id, x.word FROM person_word x
        WHERE x.tenant_id = $1 AND x.word >= t.low AND x.word < t.high OFFSET 0
    ) w
"""


def _set(made: _Statement, term: Term) -> str:
    """Read whom a term with many ranges finds, once."""
    words = made.ranges(term.ranges)
    return f"SELECT DISTINCT w.person_id FROM {words} AS t (low, high) {_IN_RANGE}"


def _has(made: _Statement, term: Term) -> str:
    """Ask of one candidate whether a term with few ranges finds them too."""
    return f"""
        EXISTS (
            SELECT FROM {made.ranges(term.ranges)} AS o (low, high)
            JOIN person_word v ON v.tenant_id = $1 AND v.person_id = w.person_id
                AND v.word >= o.low AND v.word < o.high
        )
    """


async def alike(
    tx: Transaction, ranges: Sequence[Range], within: Within, but: UUID | None, limit: int
) -> list[Found]:
    """Read the persons who have one of some words, the earlier ranges first; one may be left out."""
    made = _Statement(tx)
    known = ""
    if within.organisation_ids is not None:
        place = made.place(list(within.organisation_ids))
        known = " AND " + KNOWN.format(person="w.person_id", place=place)
    words, left, most = made.ranges(ranges), made.place(but), made.place(limit)
    sql = f"""
        WITH found AS (
            SELECT w.person_id, min(t.place) AS place
            FROM {words} WITH ORDINALITY AS t (low, high, place) {_IN_RANGE}
            WHERE w.person_id IS DISTINCT FROM {left}::uuid {known}
            GROUP BY w.person_id ORDER BY 2, 1 LIMIT {most}::bigint
        )
        SELECT {COLUMNS} FROM found {PERSON} ORDER BY found.place, p.id
    """
    return await tx.all(Found, sql, *made.parameters)


async def is_known(tx: Transaction, person_id: UUID, within: Within) -> bool:
    """Tell whether somebody may see a person (C-04)."""
    if within.organisation_ids is None:
        return True
    known = KNOWN.format(person="$2", place="$3")
    return await tx.value(f"SELECT {known}", tx.tenant_id, person_id, list(within.organisation_ids))
