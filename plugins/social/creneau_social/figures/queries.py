"""Statements of the figures; each is counted in the database, along the indexes of what is asked."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final

from creneau.database import Transaction

from creneau_social.figures.schemas import (
    OfReferent,
    OfService,
    Silent,
    SilentOnes,
    SilentSort,
    Whose,
)

# By person first: who came several times to a service counts once among those received. What is reached of
# some is read alone, or each appointment would be tried with each motive.
_BY_SERVICE: Final = """
    WITH kinds AS MATERIALIZED (
        SELECT id, service_id, COALESCE(extra ->> 'social.follow_up', '') <> '' AS follow_up
        FROM motive WHERE tenant_id = $1 AND ($4::uuid IS NULL OR service_id = $4)
    ), reached AS {alone} ({reached}), each AS (
        SELECT m.service_id, b.person_id,
            count(*) FILTER (WHERE b.state = 'seen') AS seen,
            count(*) FILTER (WHERE b.state = 'seen' AND m.follow_up) AS follow_ups,
            count(*) FILTER (WHERE b.state = 'no_show') AS missed
        FROM reached a
        JOIN kinds m ON m.id = a.motive_id
        JOIN booking b ON b.tenant_id = $1 AND b.appointment_id = a.id
            AND b.state IN ('seen', 'no_show')
        GROUP BY m.service_id, b.person_id
    ), counted AS (
        SELECT service_id, count(*) FILTER (WHERE seen > 0 AND person_id IS NOT NULL) AS persons,
            sum(seen)::integer AS seen, sum(follow_ups)::integer AS follow_ups,
            sum(missed)::integer AS missed
        FROM each GROUP BY service_id
    )
    SELECT s.name, c.persons, c.seen, c.follow_ups, c.missed
    FROM counted c
    JOIN service s ON s.tenant_id = $1 AND s.id = c.service_id
    ORDER BY c.persons DESC, unaccent(lower(s.name)), s.id
"""
# Whom a service had not seen before in the period counts there as one more person.
_BY_SERVICE_KEPT: Final = """
    WITH counted AS (
        SELECT r.motive_id, count(*) FILTER (WHERE r.seen) AS seen,
            count(*) FILTER (WHERE NOT r.seen) AS missed,
            count(*) FILTER (
                WHERE r.seen AND (r.previous_at IS NULL OR r.previous_at < $2)) AS persons
        FROM social.received r
        WHERE r.tenant_id = $1 AND r.starts_at >= $2 AND r.starts_at < $3
        GROUP BY r.motive_id
    )
    SELECT s.name, sum(c.persons)::integer AS persons, sum(c.seen)::integer AS seen,
        COALESCE(sum(c.seen) FILTER (
            WHERE COALESCE(m.extra ->> 'social.follow_up', '') <> ''), 0)::integer AS follow_ups,
        sum(c.missed)::integer AS missed
    FROM counted c
    JOIN motive m ON m.tenant_id = $1 AND m.id = c.motive_id
        AND ($4::uuid IS NULL OR m.service_id = $4)
    JOIN service s ON s.tenant_id = $1 AND s.id = m.service_id
    GROUP BY s.id, s.name
    ORDER BY persons DESC, unaccent(lower(s.name)), s.id
"""
_STARTING: Final = "a.tenant_id = $1 AND a.starts_at >= $2 AND a.starts_at < $3"
_ANY: Final = f"SELECT a.id, a.motive_id, a.place_id FROM appointment a WHERE {_STARTING}"
_OF_ORGANISATIONS: Final = """
    {any} AND a.place_id IN (
        SELECT id FROM place WHERE tenant_id = $1 AND organisation_id = ANY({organisations}::uuid[]))
"""
# What is at their places is counted already.
_ELSEWHERE: Final = """
    AND a.place_id NOT IN (
        SELECT id FROM place WHERE tenant_id = $1 AND organisation_id = ANY({organisations}::uuid[]))
"""
# Along the agendas: a claim begins two days before its appointment at most.
_OF_AGENTS: Final = f"""
    SELECT a.id, a.motive_id, a.place_id FROM appointment a
    WHERE {_STARTING} AND a.id IN (
        SELECT l.appointment_id FROM allocation l
        WHERE l.tenant_id = $1 AND l.resource_id = ANY({{agents}}::uuid[]) AND l.active
            AND l.starts_at > $2::timestamptz - interval '48 hours' AND l.starts_at < $3)
"""

# A contact is an appointment of the two that took place. What the person has with others is none of
# the referent's: nobody learns of it here. Joined as sets: a few follow-ups are looked up one by one,
# those of a whole territory are read along with all appointments.
_REFERENTS: Final = """
    WITH referents AS MATERIALIZED (
        SELECT g.id AS agent_id FROM agent g
        WHERE g.tenant_id = $1 AND ($4::boolean OR g.id = ANY($5::uuid[]) OR EXISTS (
                SELECT FROM membership h
                WHERE h.tenant_id = $1 AND h.agent_id = g.id
                    AND h.organisation_id = ANY($6::uuid[])))
            AND ($7::uuid IS NULL OR EXISTS (
                SELECT FROM membership h
                WHERE h.tenant_id = $1 AND h.agent_id = g.id AND h.organisation_id = $7))
            AND ($8::uuid IS NULL OR EXISTS (
                SELECT FROM agent_service h
                WHERE h.tenant_id = $1 AND h.agent_id = g.id AND h.service_id = $8))
    )
"""
_FOLLOWED: Final = f"""
    {_REFERENTS}, followed AS MATERIALIZED (
        SELECT f.person_id, f.agent_id, f.since
        FROM referents r JOIN referent f ON f.tenant_id = $1 AND f.agent_id = r.agent_id
    )
"""
_MET: Final = """
    , met AS (
        SELECT f.person_id, f.agent_id,
            max(a.starts_at) FILTER (WHERE b.state = 'seen') AS last_at,
            min(a.starts_at) FILTER (WHERE b.state = 'planned' AND a.starts_at >= $2) AS next_at,
            bool_or(b.state = 'seen' AND a.starts_at >= {since} AND a.starts_at < {to}) AS seen
        FROM followed f
        JOIN booking b ON b.tenant_id = $1 AND b.person_id = f.person_id
            AND b.state IN ('seen', 'planned')
        JOIN appointment a ON a.tenant_id = $1 AND a.id = b.appointment_id
        JOIN allocation l ON l.tenant_id = $1 AND l.appointment_id = a.id
            AND l.resource_id = f.agent_id AND l.active
        GROUP BY f.person_id, f.agent_id
    )
"""
# The same from what is kept of each person and referent; times stand there from the earliest on. Of many
# referents all of it is read along, of a few each person is looked up.
_MANY: Final = 20
_LAST: Final = "c.seen_at[cardinality(c.seen_at)]"
_COMES: Final = "c.planned_at[cardinality(c.planned_at)] >= $2"
_MET_KEPT: Final = f"""
    , met AS {{alone}} (
        SELECT c.person_id, c.agent_id, {_LAST} AS last_at,
            CASE WHEN {_COMES} THEN (
                SELECT min(x) FROM unnest(c.planned_at) x WHERE x >= $2) END AS next_at
        FROM social.contact c WHERE c.tenant_id = $1
    )
"""
# Who is erased is followed by nobody: no file has to be looked at.
_BY_REFERENT_KEPT: Final = f"""
    , counted AS (
        SELECT c.agent_id, count(*) AS followed,
            count(*) FILTER (WHERE CASE WHEN {_LAST} < $9 THEN false WHEN {_LAST} < $10 THEN true
                ELSE EXISTS (SELECT FROM unnest(c.seen_at) x WHERE x >= $9 AND x < $10) END) AS seen,
            count(*) FILTER (WHERE {_COMES}) AS to_come,
            count(*) FILTER (WHERE COALESCE({_LAST}, c.since) < $3) AS silent
        FROM social.contact c WHERE c.tenant_id = $1 AND c.agent_id IN (SELECT agent_id FROM referents)
        GROUP BY c.agent_id
    )
    SELECT g.id AS agent_id, g.first_name || ' ' || g.last_name AS name, c.followed, c.seen, c.to_come,
        c.silent
    FROM counted c
    JOIN agent g ON g.tenant_id = $1 AND g.id = c.agent_id AND g.state <> 'removed'
    ORDER BY c.silent DESC, c.followed DESC, unaccent(lower(g.last_name)), g.id
"""
_STANDING: Final = """
    FROM followed f
    JOIN person n ON n.tenant_id = $1 AND n.id = f.person_id AND n.erased_at IS NULL
    JOIN agent g ON g.tenant_id = $1 AND g.id = f.agent_id AND g.state <> 'removed'
    LEFT JOIN met ON met.person_id = f.person_id AND met.agent_id = f.agent_id
"""
_SILENT: Final = "COALESCE(met.last_at, f.since) < $3"

_BY_REFERENT: Final = f"""
    SELECT g.id AS agent_id, g.first_name || ' ' || g.last_name AS name, count(*) AS followed,
        count(*) FILTER (WHERE met.seen) AS seen,
        count(*) FILTER (WHERE met.next_at IS NOT NULL) AS to_come,
        count(*) FILTER (WHERE {_SILENT}) AS silent
    {_STANDING}
    GROUP BY g.id, g.first_name, g.last_name
    ORDER BY silent DESC, followed DESC, unaccent(lower(g.last_name)), g.id
"""

# The file itself may be out of reach: who follows a person is then named to nobody (C-04).
_SILENT_ONES: Final = f"""
    SELECT n.id AS person_id, n.first_name || ' ' || n.last_name AS name,
        n.last_name || ' ' || n.first_name AS person_key, g.last_name || ' ' || g.first_name AS agent_key,
        g.id AS referent_id, g.first_name || ' ' || g.last_name AS referent, f.since, met.last_at, met.next_at
    {_STANDING}
    WHERE {_SILENT}
        AND ($9::uuid[] IS NULL OR EXISTS (
            SELECT FROM person_organisation k
            WHERE k.tenant_id = $1 AND k.person_id = n.id
                AND (k.organisation_id IS NULL OR k.organisation_id = ANY($9))))
"""
_ORDERS: Final[dict[SilentSort, str]] = {
    "contact": "COALESCE(last_at, since)",
    "name": "unaccent(lower(person_key))",
    "referent": "unaccent(lower(agent_key))",
    "since": "since",
    "next": "next_at",
}


async def give_room(tx: Transaction) -> None:
    """Let this transaction group a year's appointments in memory."""
    await tx.execute("SET LOCAL work_mem = '64MB'")


async def by_service(
    tx: Transaction, whose: Whose, starts_from: datetime, starts_before: datetime
) -> list[OfService]:
    """Count who was received, by service, in [`starts_from`, `starts_before`), UTC."""
    asked = [tx.tenant_id, starts_from, starts_before, whose.service_id]
    if whose.kept and whose.everything and whose.organisation_id is None:
        return await tx.all(OfService, _BY_SERVICE_KEPT, *asked)
    alone = "NOT MATERIALIZED" if whose.everything else "MATERIALIZED"
    sql = _BY_SERVICE.format(reached=_reached(whose, asked), alone=alone)
    return await tx.all(OfService, sql, *asked)


def _reached(whose: Whose, asked: list[Any]) -> str:
    """Write which appointments are reached; what that asks for is added to `asked`."""

    def value(given: object) -> str:
        asked.append(given)
        return f"${len(asked)}"

    parts = [_ANY] if whose.everything else []
    elsewhere = ""
    if whose.organisation_ids:
        houses = value(list(whose.organisation_ids))
        parts.append(_OF_ORGANISATIONS.format(any=_ANY, organisations=houses))
        elsewhere = _ELSEWHERE.format(organisations=houses)
    if whose.agent_ids:
        parts.append(_OF_AGENTS.format(agents=value(list(whose.agent_ids))) + elsewhere)
    found = " UNION ALL ".join(parts) if parts else f"{_ANY} AND false"
    if whose.organisation_id is None:
        return found
    house = value([whose.organisation_id])
    alone = f"SELECT id FROM place WHERE tenant_id = $1 AND organisation_id = ANY({house}::uuid[])"
    return f"SELECT * FROM ({found}) every_one WHERE place_id IN ({alone})"


async def by_referent(  # noqa: PLR0913, PLR0917 - whose, and the three moments that count
    tx: Transaction,
    whose: Whose,
    now: datetime,
    silent_since: datetime,
    starts_from: datetime,
    starts_before: datetime,
) -> list[OfReferent]:
    """Count the follow-ups of each referent; all moments are UTC."""
    asked = _asked(tx, whose, now, silent_since)
    live = f"{_FOLLOWED}{_MET.format(since='$9', to='$10')}{_BY_REFERENT}"
    sql = f"{_REFERENTS}{_BY_REFERENT_KEPT}" if whose.kept else live
    return await tx.all(OfReferent, sql, *asked, starts_from, starts_before)


async def count_silent(tx: Transaction, ones: SilentOnes) -> int:
    """Count the follow-ups without contact."""
    return await tx.value(f"SELECT count(*) FROM ({_silent_ones(ones)}) one", *_values(tx, ones))


async def silent(tx: Transaction, ones: SilentOnes, most: int, skipped: int) -> list[Silent]:
    """Read a page of the follow-ups without contact."""
    sql = f"{_ordered(ones)} LIMIT $10 OFFSET $11"
    return await tx.all(Silent, sql, *_values(tx, ones), most, skipped)


async def each_silent(
    tx: Transaction,
    ones: SilentOnes,
    sink: Callable[[Sequence[Silent]], Awaitable[None]],
    at_once: int,
) -> None:
    """Hand all of them to a sink, so many at a time."""
    sql = _ordered(ones)
    await tx.each(Silent, sql, *_values(tx, ones), sink=sink, at_once=at_once)


def _values(tx: Transaction, ones: SilentOnes) -> tuple[object, ...]:
    known_in = None if ones.known_in is None else list(ones.known_in)
    return (*_asked(tx, ones.whose, ones.now, ones.since), known_in)


def _silent_ones(ones: SilentOnes) -> str:
    return f"{_FOLLOWED}{_met(ones.whose)}{_SILENT_ONES}"


def _met(whose: Whose) -> str:
    """Write when each person and referent met last and meet next."""
    if not whose.kept:
        return _MET.format(since="$3", to="$2")
    many = whose.everything or len(whose.agent_ids) > _MANY
    return _MET_KEPT.format(alone="MATERIALIZED" if many else "NOT MATERIALIZED")


def _ordered(ones: SilentOnes) -> str:
    order = ones.order
    way = "DESC" if order.descending else "ASC"
    last = f"unaccent(lower(person_key)) {way}, person_id {way}, referent_id {way}"
    return f"SELECT * FROM ({_silent_ones(ones)}) one ORDER BY {_ORDERS[order.by]} {way} NULLS LAST, {last}"


def _asked(
    tx: Transaction, whose: Whose, now: datetime, silent_since: datetime
) -> tuple[object, ...]:
    return (
        tx.tenant_id,
        now,
        silent_since,
        whose.everything,
        list(whose.agent_ids),
        list(whose.organisation_ids),
        whose.organisation_id,
        whose.service_id,
    )
