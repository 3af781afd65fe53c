"""A line in front of a motive that many want at once: first come, first served.

The line is in PostgreSQL alone: it is the same for every process, and outlives all of them. What
its people read again and again while they wait is answered for all of them at once.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from creneau_infra import clock

from creneau.admission import queries
from creneau.admission.rules import let_in, standing, version_of
from creneau.admission.schemas import Line, Standing, Ticket
from creneau.availability.answers import asked_by_many
from creneau.availability.changes import freed_or_taken
from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history.queries import record
from creneau.i18n import gettext as _
from creneau.motives import queries as motives
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound

SLOWEST: Final = 0.01
FASTEST: Final = 1000.0
"""People each second."""
BYTES_OF_A_LINE: Final = 500


async def switch_on(
    motive_id: UUID, opens_at: datetime, per_second: float, actor: Actor, *, seen: str | None = None
) -> None:
    """Put a line in front of a motive, or change its opening time (UTC) and its pace.

    Who is in the line keeps their place, and who was let in stays in. `seen` is the `version_of` the
    line that a page showed; None: whatever it is.

    Raises:
        ChangedMeanwhile: Somebody else changed the line since it was `seen`, or took it away.
        InvalidInput: The pace is not between 0.01 and 1,000 people each second.
        NotFound: There is no such motive.
    """
    if not SLOWEST <= per_second <= FASTEST:
        raise InvalidInput(
            {"per_second": _("Choisissez entre 0,01 et 1000 personnes par seconde.")}
        )
    async with tenant_transaction() as tx:
        if await motives.find(tx, motive_id) is None:
            raise NotFound
        if not await queries.add(tx, motive_id, opens_at, per_second):
            await _change(tx, motive_id, opens_at, per_second, seen)
        elif seen:
            raise ChangedMeanwhile(None)
        details = {"opens_at": opens_at, "per_second": per_second}
        await record(tx, actor, "line.opened", "motive", motive_id, details)
        freed_or_taken(tx)


async def _change(
    tx: Transaction, motive_id: UUID, opens_at: datetime, per_second: float, seen: str | None
) -> None:
    line = await queries.lock(tx, motive_id)
    if line is None:
        raise NotFound
    _refuse_another(line, seen)
    now = clock.now()
    # Once it is open, the reckoning lets one in at its very beginning.
    inside = let_in(line, now) - (opens_at <= now)
    changed = msgspec.structs.replace(
        line,
        opens_at=opens_at,
        per_second=per_second,
        anchor_number=max(line.anchor_number, min(line.last_number, inside)),
        anchor_at=now,
    )
    await queries.change(tx, changed)


def _refuse_another(line: Line, seen: str | None) -> None:
    if seen is not None and version_of(line) != seen:
        raise ChangedMeanwhile(line)


async def switch_off(motive_id: UUID, actor: Actor, *, seen: str | None = None) -> None:
    """Take the line away: everybody walks in; `seen` as for `switch_on`.

    Raises:
        ChangedMeanwhile: Somebody else changed the line since it was `seen`, or took it away.
        NotFound: There is no line in front of that motive.
    """
    async with tenant_transaction() as tx:
        line = await queries.lock(tx, motive_id)
        if line is None and seen is not None:
            raise ChangedMeanwhile(None)
        if line is not None:
            _refuse_another(line, seen)
        if not await queries.remove(tx, motive_id):
            raise NotFound
        await record(tx, actor, "line.removed", "motive", motive_id)
        freed_or_taken(tx)


async def line_of(motive_id: UUID) -> Line | None:
    """Read the line in front of a motive, less than a second old; None where there is none."""
    found = await asked_by_many(
        ("line", motive_id), lambda: _read(motive_id), bytes_each=BYTES_OF_A_LINE
    )
    return next(iter(found), None)


async def line_now(motive_id: UUID) -> Line | None:
    """Read the line in front of a motive as it is at this moment; None where there is none."""
    return next(iter(await _read(motive_id)), None)


async def _read(motive_id: UUID) -> list[Line]:
    async with tenant_transaction() as tx:
        line = await queries.find(tx, motive_id)
    return [] if line is None else [line]


async def take_place(motive_id: UUID) -> Standing | None:
    """Give somebody the next place in the line; None if there is no line any more."""
    now = clock.now()
    async with tenant_transaction() as tx:
        ticket = await queries.take_place(tx, motive_id, now)
        line = await queries.find(tx, motive_id)
    return None if line is None or ticket is None else standing(line, ticket, now)


def where(line: Line, ticket: Ticket) -> Standing | None:
    """Say where somebody stands now; None for a place in another line."""
    return standing(line, ticket, clock.now()) if ticket.line_id == line.id else None
