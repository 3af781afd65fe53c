"""What the statements that count and those that read are made of."""

from typing import Final

ACTIVE: Final = "b.state IN ('planned', 'waiting', 'seen', 'no_show')"

# Looked up one by one: of one or two agents no plan makes a look through all of them.
_AGENTS: Final = """
    LEFT JOIN LATERAL (
        SELECT array_agg(DISTINCT l.resource_id ORDER BY l.resource_id) AS ids
        FROM allocation l
        CROSS JOIN LATERAL (SELECT FROM agent WHERE tenant_id = $1 AND id = l.resource_id OFFSET 0) g
        WHERE l.tenant_id = $1 AND l.appointment_id = a.id
            AND l.starts_at <= a.starts_at AND l.ends_at >= a.ends_at
            AND (l.active OR a.state <> 'scheduled')
    ) r ON true
"""

# Every appointment of a source with what it is counted by.
APPOINTMENTS: Final = f"""
    SELECT a.day, p.organisation_id, m.service_id, a.motive_id, a.place_id,
        COALESCE(r.ids, '{{{{}}}}') AS agents, {{state}} AS state,
        CASE WHEN {{active}} AND NOT a.group_session
            THEN extract(epoch FROM a.ends_at - a.starts_at)::integer / 60 ELSE 0 END AS minutes
    FROM {{source}} a
    JOIN booking b ON b.tenant_id = $1 AND b.appointment_id = a.id
        AND b.state NOT IN ('held', 'expired')
    JOIN place p ON p.tenant_id = $1 AND p.id = a.place_id
    JOIN motive m ON m.tenant_id = $1 AND m.id = a.motive_id
    {_AGENTS}
"""

KINDS: Final = """
    CASE WHEN GROUPING(motive_id, place_id, agents) = 0 THEN 'within'
        WHEN GROUPING(motive_id) = 0 THEN 'motive' WHEN GROUPING(place_id) = 0 THEN 'place'
        ELSE 'agents' END
"""
SUBJECTS: Final = """
    CASE WHEN GROUPING(motive_id, place_id, agents) = 0 THEN ARRAY[motive_id, place_id] || agents
        WHEN GROUPING(motive_id) = 0 THEN ARRAY[motive_id]
        WHEN GROUPING(place_id) = 0 THEN ARRAY[place_id] ELSE agents END
"""
COUNTED_SETS: Final = """
    day, organisation_id, service_id, state,
    GROUPING SETS ((motive_id), (place_id), (agents), (motive_id, place_id, agents))
"""
CREATED: Final = f"""
    SELECT b.day, p.organisation_id, m.service_id, b.source, COALESCE(r.ids, '{{{{}}}}') AS agents
    FROM {{source}} b
    JOIN appointment a ON a.tenant_id = $1 AND a.id = b.appointment_id
    JOIN place p ON p.tenant_id = $1 AND p.id = a.place_id
    JOIN motive m ON m.tenant_id = $1 AND m.id = a.motive_id
    {_AGENTS}
"""
DAYS: Final = """
    (SELECT day, day::timestamp AT TIME ZONE $2 AS begins,
        (day + 1)::timestamp AT TIME ZONE $2 AS ends FROM unnest($3::date[]) day)
"""

# Day by day along the index: joined otherwise, some days would be looked for in all there is.
STARTING_ON: Final = f"""
    (SELECT d.day, x.* FROM {DAYS} d CROSS JOIN LATERAL (
        SELECT * FROM appointment
        WHERE tenant_id = $1 AND starts_at >= d.begins AND starts_at < d.ends OFFSET 0) x)
"""
CREATED_ON: Final = f"""
    (SELECT d.day, x.* FROM {DAYS} d CROSS JOIN LATERAL (
        SELECT * FROM booking
        WHERE tenant_id = $1 AND created_at >= d.begins AND created_at < d.ends
            AND state NOT IN ('held', 'expired') OFFSET 0) x)
"""

# What has no status is to come until it is over: by the hour, on the days around today.
_STANDING: Final = """
    CASE WHEN b.state <> 'planned' THEN b.state WHEN a.ends_at <= $3 THEN 'to_fill' ELSE 'upcoming' END
"""
_TODAY: Final = "($3 AT TIME ZONE $2)::date"
_AROUND_TODAY: Final = f"""
    (SELECT a.*, (a.starts_at AT TIME ZONE $2)::date AS day FROM appointment a
     WHERE a.tenant_id = $1
        AND a.starts_at >= greatest($4, {_TODAY} - 1)::date::timestamp AT TIME ZONE $2
        AND a.starts_at < (least($5, {_TODAY})::date + 1)::timestamp AT TIME ZONE $2)
"""
LIVE: Final = APPOINTMENTS.format(source=_AROUND_TODAY, state=_STANDING, active=ACTIVE)
COUNTED: Final = f"""
    CASE WHEN c.state <> 'planned' THEN c.state WHEN c.day < {_TODAY} THEN 'to_fill' ELSE 'upcoming' END
"""
