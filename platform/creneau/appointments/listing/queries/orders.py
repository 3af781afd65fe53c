"""How a line is read whole, and what each order needs and how it reads."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from creneau.appointments.listing.schemas import Sort, Wanted

STANDING: Final = """
    CASE WHEN b.state <> 'planned' THEN b.state WHEN a.ends_at <= $2 THEN 'to_fill' ELSE 'upcoming' END
"""

# Looked up one by one: of a line's one or two agents no plan makes a look through all of them.
_AGENTS: Final = """
    LEFT JOIN LATERAL (
        SELECT array_agg(DISTINCT r.label ORDER BY r.label) AS labels
        FROM allocation l
        CROSS JOIN LATERAL (
            SELECT label FROM resource WHERE tenant_id = $1 AND id = l.resource_id OFFSET 0) r
        WHERE l.tenant_id = $1 AND l.appointment_id = a.id
            AND l.starts_at <= a.starts_at AND l.ends_at >= a.ends_at
            AND (l.active OR a.state <> 'scheduled')
    ) g ON true
"""

# Places in an order, worked out once for each thing and not for each line. Where there is a page, the
# database may go through the things in that order and stop: their indexes end with the time.
_RANKED: Final = "JOIN (SELECT {id}, dense_rank() OVER (ORDER BY unaccent(lower({name}))) AS n FROM {source} ORDER BY n {{way}}) k ON k.id = {of}"
# Of very many lines agents are read together, and not one by one; the first by name is what counts.
_ALL_AGENTS: Final = """
    LEFT JOIN (
        SELECT l.appointment_id, min(r.n) AS n FROM allocation l
        JOIN appointment x ON x.tenant_id = $1 AND x.id = l.appointment_id
            AND l.starts_at <= x.starts_at AND l.ends_at >= x.ends_at
            AND (l.active OR x.state <> 'scheduled')
        JOIN (
            SELECT id, row_number() OVER (ORDER BY unaccent(lower(label)), id) AS n FROM resource
            WHERE tenant_id = $1 AND kind = 'agent') r ON r.id = l.resource_id
        WHERE l.tenant_id = $1
        GROUP BY l.appointment_id
    ) k ON k.appointment_id = a.id
"""
# Who is found by name has a word (`creneau.people.finding`), compared as bytes; an erased person has none.
WORD: Final = """
    person_word w ON w.tenant_id = $1 AND w.person_id = b.person_id AND w.word >= 'a:' AND w.word < 'b:'
"""
# As the index `booking_booked` has it. Below a policy an index helps with what cannot leak alone: a CASE is
# known not to, a COALESCE is not.
BOOKED: Final = "CASE WHEN b.confirmed_at IS NULL THEN b.created_at ELSE b.confirmed_at END"

WHOLE: Final = f"""
    SELECT b.id, a.starts_at, a.ends_at, o.time_zone, {STANDING} AS standing,
        m.name AS motive_name, m.colour, s.name AS service_name, p.name AS place_name,
        b.person_id, COALESCE(n.first_name, '') AS first_name, COALESCE(n.last_name, '') AS last_name,
        COALESCE(n.phone, '') AS phone, COALESCE(n.email, '') AS email,
        COALESCE(g.labels, ARRAY[]::text[]) AS agents, b.source,
        {BOOKED} AS booked_at
    {{source}}
    JOIN motive m ON m.tenant_id = a.tenant_id AND m.id = a.motive_id
    JOIN service s ON s.tenant_id = m.tenant_id AND s.id = m.service_id
    JOIN place p ON p.tenant_id = a.tenant_id AND p.id = a.place_id
    JOIN organisation o ON o.tenant_id = p.tenant_id AND o.id = p.organisation_id
    LEFT JOIN person n ON n.tenant_id = b.tenant_id AND n.id = b.person_id
    {_AGENTS}
"""

# What each order needs beside the appointment itself, and how it reads.
ORDERS: Final[dict[Sort, tuple[str, tuple[str, ...]]]] = {
    "start": ("", ("a.starts_at",)),
    "booked": ("", (BOOKED,)),
    "status": ("", (STANDING, "a.starts_at")),
    "person": (f"LEFT JOIN {WORD}", ("w.word", "b.person_id", "a.starts_at")),
    "motive": (
        _RANKED.format(
            id="id", name="name", source="motive WHERE tenant_id = $1", of="a.motive_id"
        ),
        ("k.n", "a.starts_at"),
    ),
    "service": (
        _RANKED.format(
            id="m.id",
            name="s.name",
            source="motive m JOIN service s ON s.tenant_id = m.tenant_id AND s.id = m.service_id"
            " WHERE m.tenant_id = $1",
            of="a.motive_id",
        ),
        ("k.n", "a.starts_at"),
    ),
    "place": (
        _RANKED.format(id="id", name="name", source="place WHERE tenant_id = $1", of="a.place_id"),
        ("k.n", "a.starts_at"),
    ),
    "agents": (_ALL_AGENTS, ("k.n", "a.starts_at")),
}
LAST, FIRST = " NULLS LAST", " NULLS FIRST"
OPEN: Final = frozenset[Sort]({"person", "agents"})
"""In these orders some lines have nothing to be sorted by: they come last, either way round."""


def way(wanted: Wanted) -> str:
    """Name the way in which an order goes."""
    return "DESC" if wanted.descending else "ASC"


def turned(wanted: Wanted) -> Wanted:
    """Ask for the same, from the end on."""
    return replace(wanted, descending=not wanted.descending)


def order(wanted: Wanted, terms: Sequence[str], nulls: str) -> str:
    """Write an order; an id ends each, so that no line stands on two pages."""
    return ", ".join(f"{term} {way(wanted)}{nulls}" for term in terms)
