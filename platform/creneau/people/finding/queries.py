"""Statements that find persons by what begins like what was typed.

Only plain comparisons of `person_word.word` are asked: below the policy an index helps with no other.
"""

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from creneau.database import Transaction
from creneau.people.finding.rules import LAST, TWO, Looking, Near, Range, Term, near_to
from creneau.people.finding.schemas import Found, Within

# Beyond that it does not matter how many: words that a term finds, persons that are known somewhere.
MANY = 2_000

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
# Asked of one candidate after the other: no plan turns it into reading everybody.
KNOWN = """
    (SELECT true FROM person_organisation k
    WHERE k.tenant_id = $1 AND k.person_id = {person}
        AND (k.organisation_id IS NULL OR k.organisation_id = ANY({place})) LIMIT 1)
"""
KNOWN_ONES = """
    SELECT k.person_id FROM person_organisation k
    WHERE k.tenant_id = $1 AND (k.organisation_id IS NULL OR k.organisation_id = ANY({place}))
"""


# The shortest beginning of what was typed that no word has: what begins so, too, is no word's. Where there
# is none it is all that was typed: whoever is called so is found without being near.
_STRANGE: Final = f"""
    SELECT left({{typed}}, count(*)::integer + 1)
    FROM generate_series(1, length({{typed}})) AS letters
    CROSS JOIN LATERAL (
        SELECT FROM unnest({{kinds}}::text[]) AS s (kind)
        CROSS JOIN LATERAL (
            SELECT FROM person_word x WHERE x.tenant_id = $1
                AND x.word >= s.kind || left({{typed}}, letters)
                AND x.word < s.kind || left({{typed}}, letters) || '{LAST}' LIMIT 1) y
        LIMIT 1) z
"""


class _Statement:
    """A statement in the making: its parameters are numbered as they come."""

    def __init__(self, tx: Transaction) -> None:
        self.parameters: list[object] = [tx.tenant_id]

    def place(self, value: object) -> str:
        """Take a parameter and give its place."""
        self.parameters.append(value)
        return f"${len(self.parameters)}"

    def ranges(self, ranges: Sequence[Range] | Near, name: str) -> str:
        """Take ranges and give them as a table of a name, with `low`, `high` and `place`."""
        if isinstance(ranges, Near):
            return f"({self._near(ranges)}) AS {name}"
        lows = self.place([one.low for one in ranges])
        highs = self.place([one.high for one in ranges])
        table = f"unnest({lows}::text[], {highs}::text[])"
        return f"{table} WITH ORDINALITY AS {name} (low, high, place)"

    def _near(self, near: Near) -> str:
        """Write the ranges of what is near, without those that begin as no word does."""
        texts, kinds, end = (self.place(one) for one in (near.texts, near.kinds, near.end))
        return f"""
            SELECT k.kind || n.text AS low, k.kind || n.text || {end}::text AS high,
                n.place * {len(near.kinds)} + k.place AS place
            FROM unnest({texts}::text[]) WITH ORDINALITY n (text, place)
            CROSS JOIN unnest({kinds}::text[]) WITH ORDINALITY k (kind, place)
            WHERE NOT starts_with(n.text, ({_STRANGE.format(typed=self.place(near.typed), kinds=kinds)}))
        """


async def look(
    tx: Transaction, within: Within, several: Sequence[Sequence[Range]] = ()
) -> tuple[bool, Sequence[int]]:
    """Look how much there is, before anything is looked for: each statement that can be spared is.

    Tells whether so few persons are known to the organisations that they are read at once, and how many
    words each of some ranges has, up to a number that is many. What follows in the transaction is planned
    for what was typed: a plan for anything would be none for this.
    """
    made = _Statement(tx)
    few = "$1::uuid IS NULL"
    if within.organisation_ids is not None:
        known = KNOWN_ONES.format(place=made.place(list(within.organisation_ids)))
        few = f"(SELECT count(*) < {MANY} FROM ({known} LIMIT {MANY}) s)"
    counts = [
        f"""
        (SELECT count(*) FROM (
            SELECT FROM {made.ranges(ranges, "t")} {_IN_RANGE} LIMIT {MANY}) s)
        """
        for ranges in several
    ]
    found = await tx.rows(
        f"""
        SELECT {few} AS few, ARRAY[{", ".join(counts)}]::bigint[] AS counts,
            set_config('plan_cache_mode', 'force_custom_plan', true)
        """,
        *made.parameters,
    )
    return found[0]["few"], found[0]["counts"]


async def find(  # noqa: PLR0913 - what is looked for, and which part of it
    tx: Transaction, looking: Looking, within: Within, limit: int, skipped: int = 0, *, few: bool
) -> list[Found]:
    """Read the persons who are found in one way; `few`: see `look`."""
    made = _Statement(tx)
    tried = _stands_there if looking.together else _has
    conditions = [tried(made, term) for term in looking.others]
    conditions += _known(made, "w", within, few=few)
    hits = _first_of_each(made, looking, conditions, 2 * (limit + skipped))
    return await _read(tx, made, "", hits, (limit, skipped))


async def find_near(  # noqa: PLR0913 - what is looked for, and which part of it
    tx: Transaction,
    terms: Sequence[Term],
    within: Within,
    limit: int,
    skipped: int = 0,
    *,
    few: bool,
    lost: bool,
) -> list[Found]:
    """Read the persons who have all terms, one of the two rarest nearly so; of two, both may be.

    What is nearly a term is read once; whoever is found so is tried for the others. `lost`: nobody has
    the first one as it was typed, so that it is the one to be nearly so.
    """
    made = _Statement(tx)
    rare = enumerate(terms[:TWO])
    sets = {n: found for n, term in rare if (found := near_to(term))}
    if not sets or (lost and 0 not in sets):
        return []
    names = all(term.kind == "name" for term in terms)
    near = [f"near{n} AS MATERIALIZED ({_all_of_them(made, one)})" for n, one in sets.items()]
    both = [*sets] if len(terms) == TWO else []
    called = [f"called{n} AS (SELECT DISTINCT person_id FROM near{n})" for n in both]
    hits = [
        f"SELECT w.person_id, w.place, w.word FROM near{n} w {_besides(made, terms, n, both)}"
        for n in sets
        if n == 0 or (names and not lost)
    ]
    if not names:
        own = _all_of_them(made, terms[0].ranges)
        hits.append(
            f"SELECT w.person_id, w.place, w.word FROM ({own}) w {_besides(made, terms, 0, both)}"
        )
    known = "".join(f" WHERE {one}" for one in _known(made, "h", within, few=few))
    sql = f"SELECT h.* FROM ({' UNION ALL '.join(hits)} OFFSET 0) h {known}"
    named = "".join(f"{one}, " for one in (*near, *called))
    return await _read(tx, made, named, sql, (limit, skipped))


def _besides(made: _Statement, terms: Sequence[Term], but: int, near: Sequence[int]) -> str:
    """Ask of those who are found for one term whether they have the others, or nearly."""
    tried = _stands_there if all(term.kind == "name" for term in terms) else _has
    others = [n for n in range(len(terms)) if n != but]
    joins = " ".join(f"LEFT JOIN called{n} USING (person_id)" for n in others if n in near)
    found = [
        f"({tried(made, terms[n])}{f' OR called{n}.person_id IS NOT NULL' if n in near else ''})"
        for n in others
    ]
    return f"{joins} WHERE {' AND '.join(found)}"


async def _read(
    tx: Transaction, made: _Statement, named: str, hits: str, part: tuple[int, int]
) -> list[Found]:
    """Read a part of those who are hit, by the word that was found first."""
    most, skip = (made.place(number) for number in part)
    sql = f"""
        WITH {named}found AS (
            SELECT s.person_id, min(s.place) AS place, min(s.word) AS word
            FROM ({hits}) s
            GROUP BY s.person_id ORDER BY 2, 3, 1 LIMIT {most}::bigint OFFSET {skip}::bigint
        )
        SELECT {COLUMNS} FROM found {PERSON} ORDER BY found.place, found.word, p.id
    """
    return await tx.all(Found, sql, *made.parameters)


def _known(made: _Statement, whose: str, within: Within, *, few: bool) -> Iterator[str]:
    if within.organisation_ids is None:
        return
    place = made.place(list(within.organisation_ids))
    ones = f"{whose}.person_id IN ({KNOWN_ONES.format(place=place)})"
    yield ones if few else KNOWN.format(person=f"{whose}.person_id", place=place)


def _first_of_each(made: _Statement, looking: Looking, conditions: Sequence[str], most: int) -> str:
    """Read the first words of each range in order: of a short beginning, no more than is shown."""
    words = "w.tenant_id = $1 AND w.word >= t.low AND w.word < t.high"
    source = f"person_word w WHERE {words}"
    if looking.most is not None:
        source = f"""
            (SELECT * FROM person_word w WHERE {words} ORDER BY w.word LIMIT {looking.most}) w
            WHERE true
        """
    tried = "".join(f" AND {one}" for one in conditions)
    return f"""
        SELECT o.person_id, t.place, o.word
        FROM {made.ranges(looking.ranges, "t")}
        CROSS JOIN LATERAL (
            SELECT w.word, w.person_id FROM {source} {tried}
            ORDER BY w.word, w.person_id LIMIT {made.place(most)}::bigint
        ) o
    """


def _all_of_them(made: _Statement, ranges: Sequence[Range] | Near) -> str:
    """Read all words of some ranges."""
    return f"SELECT w.person_id, t.place, w.word FROM {made.ranges(ranges, 't')} {_IN_RANGE}"


# Range by range: OFFSET 0 keeps the planner from reading all words and comparing each with all ranges.
_IN_RANGE = """
    CROSS JOIN LATERAL (
        SELECT x.person_id, x.word FROM person_word x
        WHERE x.tenant_id = $1 AND x.word >= t.low AND x.word < t.high OFFSET 0
    ) w
"""


def _stands_there(made: _Statement, term: Term) -> str:
    """Ask of a word that is found whether another name stands in it."""
    return f"strpos(replace(w.word, ':', ' '), {made.place(f' {term.plain}')}) > 0"


def _has(made: _Statement, term: Term) -> str:
    """Ask of one candidate whether a term finds them too."""
    return f"""
        EXISTS (
            SELECT FROM {made.ranges(term.ranges, "o")}
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
    words, left, most = made.ranges(ranges, "t"), made.place(but), made.place(limit)
    sql = f"""
        WITH found AS (
            SELECT w.person_id, min(t.place) AS place
            FROM {words} {_IN_RANGE}
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
    some = list(within.organisation_ids)
    return bool(await tx.value(f"SELECT {known}", tx.tenant_id, person_id, some))
