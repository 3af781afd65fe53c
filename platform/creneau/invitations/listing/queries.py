"""The statements of the list of invitations."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final

from creneau.database import Transaction
from creneau.invitations.listing.schemas import InvitationLine, InvitationSort, InvitationsWanted
from creneau.people.finding.queries import KNOWN

# As `rules.state_of` says it of one.
_STATE: Final = """
    CASE WHEN EXISTS (
            SELECT FROM booking b WHERE b.tenant_id = $1 AND b.id = i.booking_id
                AND b.state IN ('planned', 'waiting', 'seen', 'no_show', 'to_reschedule')
        ) THEN 'booked'
        WHEN i.revoked_at IS NOT NULL THEN 'revoked'
        WHEN i.ends_at <= $2 THEN 'expired'
        WHEN i.opened_at IS NOT NULL THEN 'opened'
        ELSE 'sent' END
"""
_FROM: Final = """
    FROM invitation i
    JOIN person p ON p.tenant_id = $1 AND p.id = i.person_id AND p.erased_at IS NULL
    JOIN organisation o ON o.tenant_id = $1 AND o.id = i.organisation_id
    LEFT JOIN motive m ON m.tenant_id = $1 AND m.id = i.motive_id
    LEFT JOIN service s ON s.tenant_id = $1 AND s.id = m.service_id
    LEFT JOIN agent a ON a.tenant_id = $1 AND a.id = i.made_by
"""
_LINE: Final = f"""
    SELECT i.id, i.person_id, p.first_name, p.last_name, COALESCE(m.name, i.category) AS what,
        COALESCE(s.name, '') AS service_name, o.name AS organisation_name, i.channel,
        {_STATE} AS state, i.last_day, i.made_at,
        btrim(COALESCE(a.first_name || ' ' || a.last_name, '')) AS made_by_name, i.reminded_at,
        i.booking_id, i.booked_at
    {_FROM}
"""
# One's own, those for one's services, and all of the organisations whose every agenda one sees; a
# category is of every service that has a motive of it.
_REACHED: Final = """
    (i.organisation_id = ANY({everyone}::uuid[]) OR i.made_by = {agent}
        OR (i.organisation_id = ANY({colleagues}::uuid[]) AND (
            m.service_id = ANY({services}::uuid[])
            OR (i.motive_id IS NULL AND EXISTS (
                SELECT FROM motive k
                WHERE k.tenant_id = $1 AND k.organisation_id = i.organisation_id
                    AND k.category = i.category AND k.service_id = ANY({services}::uuid[]))))))
"""
_OF_SERVICE: Final = """
    (m.service_id = {service} OR (i.motive_id IS NULL AND EXISTS (
        SELECT FROM motive k
        WHERE k.tenant_id = $1 AND k.organisation_id = i.organisation_id
            AND k.category = i.category AND k.service_id = {service})))
"""
_NAMED: Final = """
    NOT EXISTS (
        SELECT FROM unnest({words}::text[]) w
        WHERE strpos(unaccent(lower(p.first_name || ' ' || p.last_name)), w) = 0)
"""
_ORDERS: Final[dict[InvitationSort, str]] = {
    "person": "unaccent(lower(p.last_name || ' ' || p.first_name))",
    "what": "unaccent(lower(COALESCE(m.name, i.category)))",
    "made": "i.made_at",
    "last_day": "i.last_day",
    "state": _STATE,
}


class _Asked:
    """The conditions of a question, with the values that they name by their numbers."""

    def __init__(self, tx: Transaction, wanted: InvitationsWanted, now: datetime) -> None:
        self.values: list[Any] = [tx.tenant_id, now]
        found = ["i.tenant_id = $1", self._reached(wanted), *self._chosen(wanted)]
        if wanted.within.organisation_ids is not None:
            place = self._value(list(wanted.within.organisation_ids))
            found.append(KNOWN.format(person="i.person_id", place=place))
        if wanted.words:
            found.append(_NAMED.format(words=self._value(list(wanted.words))))
        self.where = "WHERE " + " AND ".join(found)

    def _value(self, value: object) -> str:
        self.values.append(value)
        return f"${len(self.values)}"

    def _reached(self, wanted: InvitationsWanted) -> str:
        return _REACHED.format(
            everyone=self._value(list(wanted.reach.everyone_in)),
            agent=self._value(wanted.agent_id),
            colleagues=self._value(list(wanted.reach.colleagues_in)),
            services=self._value(list(wanted.reach.service_ids)),
        )

    def _chosen(self, wanted: InvitationsWanted) -> list[str]:
        conditions = {
            "i.person_id = {}": wanted.person_id,
            _OF_SERVICE.replace("{service}", "{0}"): wanted.service_id,
            f"{_STATE} = {{}}": wanted.state or None,
            "i.channel = {}": wanted.channel or None,
            "i.made_at >= {}": wanted.since,
            "i.made_at < {}": wanted.to,
        }
        return [
            words.format(self._value(value))
            for words, value in conditions.items()
            if value is not None
        ]


async def count(tx: Transaction, wanted: InvitationsWanted, now: datetime) -> int:
    """Count the invitations that are asked for."""
    asked = _Asked(tx, wanted, now)
    # The moment is named by some questions alone; each statement says what it is.
    sql = f"SELECT count(*) {_FROM} {asked.where} AND $2::timestamptz IS NOT NULL"
    return await tx.value(sql, *asked.values)


async def page(
    tx: Transaction, wanted: InvitationsWanted, now: datetime, most: int, skipped: int
) -> list[InvitationLine]:
    """Read a page of them."""
    asked = _Asked(tx, wanted, now)
    sql = f"{_LINE} {asked.where} {_order(wanted)} LIMIT {int(most)} OFFSET {int(skipped)}"
    return await tx.all(InvitationLine, sql, *asked.values)


async def each(
    tx: Transaction,
    wanted: InvitationsWanted,
    now: datetime,
    sink: Callable[[Sequence[InvitationLine]], Awaitable[None]],
    at_once: int,
) -> None:
    """Hand all of them to a sink, so many at a time."""
    asked = _Asked(tx, wanted, now)
    sql = f"{_LINE} {asked.where} {_order(wanted)}"
    await tx.each(InvitationLine, sql, *asked.values, sink=sink, at_once=at_once)


def _order(wanted: InvitationsWanted) -> str:
    way = "DESC" if wanted.descending else "ASC"
    return f"ORDER BY {_ORDERS[wanted.sort]} {way}, i.made_at {way}, i.id {way}"
