"""What is asked of the list as the conditions of a statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from creneau.appointments.listing.schemas import Part, Standing, Wanted, Within
from creneau.database import Transaction

_BOOKINGS: Final = "FROM booking b"
_APPOINTMENTS: Final = f"""
    {_BOOKINGS}
    JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
"""

OPEN: Final = frozenset[Standing]({"to_fill", "upcoming"})
"""What is planned, before and after it is over: the appointment says which."""

# Its last claim is one of theirs: active, or what it was when the time was freed. The last condition
# says nothing more, but names the two indexes that there are.
OF_AGENTS: Final = """
    EXISTS (
        SELECT FROM allocation l
        WHERE l.tenant_id = $1 AND l.appointment_id = a.id AND l.resource_id = ANY({agents}::uuid[])
            AND l.starts_at <= a.starts_at AND l.ends_at >= a.ends_at
            AND (l.active OR a.state <> 'scheduled')
            AND (l.active OR (NOT l.active AND l.held_until IS NULL)))
"""

BEFORE_AGENT: Final = """
    ARRAY(SELECT r.id FROM resource r JOIN resource o ON o.tenant_id = $1 AND o.id = {agent}
        WHERE r.tenant_id = $1 AND r.kind = 'agent'
            AND (unaccent(lower(r.label)), r.id) < (unaccent(lower(o.label)), o.id))
"""
_ANY_AGENT: Final = """
    ARRAY(SELECT id FROM resource WHERE tenant_id = $1 AND kind = 'agent')
"""


class Asked:
    """The conditions of a question, with the values that they name by their numbers."""

    def __init__(
        self, tx: Transaction, wanted: Wanted, now: datetime, *, bare: bool = False
    ) -> None:
        self.wanted = wanted
        self.values: list[Any] = [tx.tenant_id, now]
        own = self._own(wanted)
        further = [
            *self._reach(wanted.within),
            *self._times(wanted),
            *self._things(wanted),
            *self._status(wanted.standing),
            *(self._part(wanted.part) if wanted.part else ()),
        ]
        self._joined = bool(further) or not bare
        self._found = ["b.tenant_id = $1", *own, *further]
        if self._joined:
            self._found.append("a.tenant_id = $1")

    @property
    def source(self) -> str:
        """Write where it is read from; `bare`: without appointments, where nothing is asked of them."""
        return _APPOINTMENTS if self._joined else _BOOKINGS

    @property
    def where(self) -> str:
        """Write the conditions."""
        return "WHERE " + "\n AND ".join(self._found)

    def narrow(self, condition: str) -> None:
        """Ask for bookings alone of which something more is true."""
        self._found.append(condition)

    def value(self, value: object) -> str:
        """Keep a value, and give the number by which the statement names it."""
        self.values.append(value)
        return f"${len(self.values)}"

    def _reach(self, within: Within) -> Sequence[str]:
        if within.everything:
            return ()
        agents = OF_AGENTS.format(agents=self.value(list(within.agent_ids)))
        if not within.organisation_ids:
            return (agents,)
        return (f"({self._at(list(within.organisation_ids))} OR {agents})",)

    def _at(self, organisation_ids: list[UUID]) -> str:
        organisations = self.value(organisation_ids)
        places = (
            f"SELECT id FROM place WHERE tenant_id = $1 AND organisation_id = ANY({organisations})"
        )
        return f"a.place_id IN ({places})"

    def _times(self, wanted: Wanted) -> list[str]:
        since = [f"a.starts_at >= {self.value(wanted.since)}"] if wanted.since else []
        return [*since, f"a.starts_at < {self.value(wanted.to)}"] if wanted.to else since

    def _things(self, wanted: Wanted) -> list[str]:
        found: list[str] = []
        if wanted.agent_id:
            agent = self.value([wanted.agent_id])
            found.append(OF_AGENTS.format(agents=agent))
        if wanted.organisation_id:
            found.append(self._at([wanted.organisation_id]))
        if wanted.service_id:
            service = self.value(wanted.service_id)
            motives = f"SELECT id FROM motive WHERE tenant_id = $1 AND service_id = {service}"
            found.append(f"a.motive_id IN ({motives})")
        for column, value in (
            ("a.motive_id", wanted.motive_id),
            ("a.place_id", wanted.place_id),
        ):
            if value:
                found.append(f"{column} = {self.value(value)}")
        return found

    def _own(self, wanted: Wanted) -> list[str]:
        ended = None if wanted.standing in OPEN else wanted.standing
        return [
            "b.state NOT IN ('held', 'expired')",
            # The moment is named also where nothing depends on it, so that all values are.
            "$2::timestamptz IS NOT NULL",
            *(
                f"{column} = {self.value(value)}"
                for column, value in (
                    ("b.person_id", wanted.person_id),
                    ("b.source", wanted.source),
                    ("b.state", ended),
                )
                if value
            ),
        ]

    def _part(self, part: Part) -> list[str]:
        found = list(self._status(part.standing))
        if part.standing and part.standing not in OPEN:
            found.append(f"b.state = {self.value(part.standing)}")
        for column, ids in (("a.motive_id", part.motive_ids), ("a.place_id", part.place_ids)):
            if ids:
                found.append(f"{column} = ANY({self.value(list(ids))}::uuid[])")
        if part.nobody:
            found.append(f"NOT {OF_AGENTS.format(agents=_ANY_AGENT)}")
        if part.agent_id:
            agent = self.value(part.agent_id)
            before = BEFORE_AGENT.format(agent=agent)
            found.extend(
                (
                    OF_AGENTS.format(agents=f"ARRAY[{agent}]"),
                    f"NOT {OF_AGENTS.format(agents=before)}",
                )
            )
        return found

    def _status(self, standing: Standing | None) -> Sequence[str]:
        # When it begins says nothing more, an appointment being 25 hours long at most: an index is by that.
        if standing == "to_fill":
            return ("b.state = 'planned' AND a.ends_at <= $2 AND a.starts_at < $2",)
        if standing == "upcoming":
            since = "$2::timestamptz - interval '25 hours'"
            return (f"b.state = 'planned' AND a.ends_at > $2 AND a.starts_at >= {since}",)
        return ()
