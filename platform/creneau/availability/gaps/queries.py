"""The first free time of many places, and what a search for it may pass over.

A note in `opening_occurrence.longest_gap` says what bookings leave free at most. Two rules make
that true at every moment. Only what is taken for good counts: a hold may end without a write.
And what frees such time leaves a row in `freed_time` in the same statement (a trigger sees to
that), which takes the note's word away until the time is noted anew: whoever notes removes the
rows that it sees in the very snapshot in which it counts. A claim writes neither.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from creneau.database import Transaction

# Each place is looked at from the first of its openings that may have room, for a while: most
# places have a slot there. What is full is passed over in the constraint's index alone, months of it in
# one page: it holds all that is asked there. An opening's occurrences may be moved to another place, one by one.
#
# The subqueries with OFFSET are read one opening after the other, by index: the planner, which
# knows nothing of the two times of each place, would read all occurrences of the tenant.
#
# Buffers and bounds as in `availability.queries`.
_ROOM: Final = """
    (o.longest_gap IS NULL OR o.longest_gap >= $10::interval OR o.id IN (SELECT id FROM freed))
"""
# Not for an index: with thousands of tenants, the planner takes it that one of them has a single
# occurrence at a place, and would read all that a place ever had.
_AT_THE_PLACE: Final = "(o.place_id = w.place_id) IS TRUE"
_FIRST: Final = f"""
    WITH taking AS MATERIALIZED (
        SELECT m.opening_id FROM opening_motive m WHERE m.tenant_id = $1 AND m.motive_id = $2
    ), at AS MATERIALIZED (
        SELECT t.opening_id, o.place_id FROM taking t
        CROSS JOIN LATERAL (
            SELECT p.place_id FROM opening p WHERE p.tenant_id = $1 AND p.id = t.opening_id OFFSET 0
        ) o
        UNION
        SELECT c.opening_id, c.place_id FROM occurrence_change c
        WHERE c.tenant_id = $1 AND c.place_id IS NOT NULL
            AND c.opening_id IN (SELECT opening_id FROM taking)
    ), freed AS MATERIALIZED (
        SELECT o.id, o.opening_id, o.place_id, o.starts_at, o.ends_at FROM freed_time f
        JOIN opening_occurrence o ON o.tenant_id = f.tenant_id AND o.resource_id = f.resource_id
            AND o.starts_at > f.starts_at - interval '25 hours' AND o.starts_at < f.ends_at
            AND o.ends_at > f.starts_at
        WHERE f.tenant_id = $1 AND o.tenant_id = $1
    ), asked AS MATERIALIZED (
        SELECT at.opening_id, w.place_id, w.since
        FROM unnest($3::uuid[], $4::timestamptz[]) AS w (place_id, since)
        JOIN at ON at.place_id = w.place_id
    ), looked AS MATERIALIZED (
        SELECT n.place_id, min(GREATEST(n.starts_at, n.since)) AS since,
            LEAST(min(GREATEST(n.starts_at, n.since)) + $6::interval, $5::timestamptz) AS until
        FROM (
            SELECT w.place_id, w.since, f.starts_at FROM asked w
            CROSS JOIN LATERAL (
                SELECT o.starts_at FROM opening_occurrence o
                WHERE o.tenant_id = $1 AND o.opening_id = w.opening_id AND {_AT_THE_PLACE}
                    AND o.starts_at > w.since - interval '25 hours'
                    AND o.starts_at < $5::timestamptz AND o.ends_at > w.since
                    AND (o.longest_gap IS NULL OR o.longest_gap >= $10::interval)
                ORDER BY o.starts_at LIMIT 1
            ) f
            UNION ALL
            SELECT w.place_id, w.since, f.starts_at FROM asked w
            JOIN freed f ON f.opening_id = w.opening_id AND f.place_id = w.place_id
            WHERE f.starts_at > w.since - interval '25 hours' AND f.starts_at < $5::timestamptz
                AND f.ends_at > w.since
        ) n
        GROUP BY n.place_id
    ), opened AS MATERIALIZED (
        SELECT o.resource_id, min(w.since) AS since, max(w.until) AS until,
            array_agg(o.place_id) AS places, array_agg(o.starts_at) AS starts,
            array_agg(o.ends_at) AS ends, range_agg(o.period) AS hours
        FROM looked w
        JOIN at ON at.place_id = w.place_id
        CROSS JOIN LATERAL (
            SELECT o.* FROM opening_occurrence o
            WHERE o.tenant_id = $1 AND o.opening_id = at.opening_id AND {_AT_THE_PLACE}
                AND o.starts_at > w.since - interval '25 hours' AND o.starts_at < w.until
                AND o.ends_at > w.since
                AND {_ROOM}
            OFFSET 0
        ) o
        GROUP BY o.resource_id
    ), closed AS MATERIALIZED (
        SELECT p.id AS place_id, range_agg(c.period) AS periods
        FROM closure c
        JOIN place p ON p.tenant_id = c.tenant_id
            AND (c.place_id IS NULL OR c.place_id = p.id)
            AND (c.organisation_id IS NULL OR c.organisation_id = p.organisation_id)
        WHERE c.tenant_id = $1 AND p.tenant_id = $1
            AND p.id IN (SELECT place_id FROM looked)
            AND c.starts_at < $5::timestamptz + interval '25 hours'
            AND c.ends_at > (SELECT min(since) FROM looked)
        GROUP BY p.id
    ), free AS (
        SELECT o.resource_id, w.place_id, w.starts_at AS origin,
            unnest(tstzmultirange(tstzrange(w.starts_at, w.ends_at))
                   - COALESCE(t.periods, '{{}}') - COALESCE(c.periods, '{{}}')) AS period
        FROM opened o
        JOIN resource r ON r.tenant_id = $1 AND r.id = o.resource_id AND r.active
        CROSS JOIN LATERAL (
            SELECT range_agg(period) AS periods
            FROM (
                SELECT tstzrange(a.starts_at - $8::interval, a.ends_at + $7::interval) AS period
                FROM allocation a
                WHERE a.tenant_id = $1 AND a.active AND a.resource_id = o.resource_id
                    AND a.starts_at > o.since - $7::interval - interval '48 hours'
                    AND a.starts_at < o.until + $10::interval + $8::interval
                    AND a.ends_at > o.since - $7::interval
                    AND (a.held_until IS NULL OR a.held_until > $9::timestamptz)
                UNION ALL
                SELECT tstzrange(b.starts_at - $8::interval, b.ends_at + $7::interval)
                FROM absence_occurrence b
                WHERE b.tenant_id = $1 AND b.resource_id = o.resource_id
                    AND b.starts_at > o.since - $7::interval - interval '25 hours'
                    AND b.starts_at < o.until + $10::interval + $8::interval
                    AND b.ends_at > o.since - $7::interval
            ) AS of_resource
        ) t
        JOIN LATERAL (
            SELECT FROM unnest(o.hours - COALESCE(t.periods, '{{}}')) AS gap
            WHERE upper(gap) - lower(gap) >= $10::interval LIMIT 1
        ) room ON true
        CROSS JOIN LATERAL unnest(o.places, o.starts, o.ends) AS w (place_id, starts_at, ends_at)
        LEFT JOIN closed c ON c.place_id = w.place_id
    ), first AS (
        SELECT DISTINCT ON (f.place_id) f.place_id, f.resource_id, s.starts_at
        FROM free f
        JOIN looked w ON w.place_id = f.place_id
        CROSS JOIN LATERAL (
            SELECT date_bin($11::interval, GREATEST(lower(f.period), w.since) + $11::interval
                            - interval '1 microsecond', f.origin) AS starts_at
        ) s
        WHERE s.starts_at + $10::interval <= upper(f.period) AND s.starts_at < w.until
        ORDER BY f.place_id, s.starts_at, f.resource_id
    )
    SELECT w.place_id, w.until AS looked_until, f.resource_id, f.starts_at
    FROM looked w LEFT JOIN first f ON f.place_id = w.place_id
"""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A motive's own numbers; slots start before `latest`; times are UTC."""

    motive_id: UUID
    latest: datetime
    now: datetime
    duration: timedelta
    step: timedelta
    buffer_before: timedelta
    buffer_after: timedelta


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """A place that was looked at up to a moment, and its first free time if there was one."""

    place_id: UUID
    looked_until: datetime
    resource_id: UUID | None
    starts_at: datetime | None


async def first_of_each_place(
    tx: Transaction, wanted: Wanted, since: Mapping[UUID, datetime], length: timedelta
) -> list[Looked]:
    """Look at each place, from its own moment on, where it may have room, for so long (C-21).

    Places that have none up to the latest moment are left out.
    """
    return await tx.all(
        Looked,
        _FIRST,
        tx.tenant_id,
        wanted.motive_id,
        list(since),
        list(since.values()),
        wanted.latest,
        length,
        wanted.buffer_before,
        wanted.buffer_after,
        wanted.now,
        wanted.duration,
        wanted.step,
    )


# Whatever is not worth a note has none: gaps that are long enough for all that the opening takes.
# Nothing is believed of yesterday, whatever clock somebody goes by.
_NOTE: Final = """
    WITH known AS (
        DELETE FROM freed_time WHERE tenant_id = $1
    ), lasting AS MATERIALIZED (
        SELECT t.opening_id, max(m.duration_minutes) * interval '1 minute' AS longest
        FROM opening_motive t
        JOIN motive m ON m.tenant_id = t.tenant_id AND m.id = t.motive_id
        WHERE t.tenant_id = $1 AND m.tenant_id = $1
        GROUP BY t.opening_id
    ), found AS MATERIALIZED (
        SELECT o.id, o.longest_gap, COALESCE(l.longest, interval '0') AS longest,
            (SELECT COALESCE(max(upper(gap) - lower(gap)), interval '0')
             FROM unnest(tstzmultirange(o.period) - t.periods) AS gap) AS left_over
        FROM opening_occurrence o
        LEFT JOIN lasting l ON l.opening_id = o.opening_id
        CROSS JOIN LATERAL (
            SELECT COALESCE(range_agg(a.period), '{}') AS periods
            FROM allocation a
            WHERE a.tenant_id = $1 AND a.active AND a.resource_id = o.resource_id
                AND a.held_until IS NULL AND a.starts_at > o.starts_at - interval '48 hours'
                AND a.starts_at < o.ends_at AND a.ends_at > o.starts_at
        ) t
        WHERE o.tenant_id = $1 AND o.ends_at > $2::timestamptz - interval '1 day'
    ), due AS (
        SELECT id, longest_gap, CASE WHEN left_over < longest THEN left_over END AS gap FROM found
    )
    UPDATE opening_occurrence o SET longest_gap = d.gap
    FROM due d
    WHERE o.tenant_id = $1 AND o.id = d.id AND d.longest_gap IS DISTINCT FROM d.gap
"""


async def note(tx: Transaction, now: datetime) -> int:
    """Note the gaps of all openings to come; tells how many notes changed.

    One transaction of the tenant at a time: an older count must not end after a newer one.
    """
    return await tx.execute(_NOTE, tx.tenant_id, now)
