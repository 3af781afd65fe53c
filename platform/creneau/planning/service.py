"""Openings, absences and closures: what free time is made of."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau_infra.clock import now as clock_now

from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history.queries import record
from creneau.places import queries as places
from creneau.planning import queries, rules
from creneau.planning.drafts import AbsenceDraft, ClosureDraft, OpeningDraft
from creneau.refusals import NotFound

HORIZON = timedelta(days=400)


async def create_opening(draft: OpeningDraft, actor: Actor) -> UUID:
    """Create an opening and its occurrences up to 400 days ahead (C-10).

    Raises:
        InvalidInput: a field cannot be used.
        NotFound: no such place.
    """
    draft.check()
    until = (clock_now() + HORIZON).date()
    async with tenant_transaction() as tx:
        zone = await _zone(tx, draft.place_id)
        opening_id = await queries.add_opening(tx, draft, until)
        await queries.add_opening_motives(tx, opening_id, draft.motive_ids)
        spans = rules.opening_spans(draft, until, zone)
        await queries.add_opening_occurrences(tx, opening_id, draft, spans)
        await record(tx, actor, "opening.created", "opening", opening_id)
    return opening_id


async def _zone(tx: Transaction, place_id: UUID) -> ZoneInfo:
    place = await places.find(tx, place_id)
    if place is None:
        raise NotFound
    return ZoneInfo(place.time_zone)


async def create_absence(draft: AbsenceDraft, actor: Actor) -> UUID:
    """Create an absence and its occurrences; its slots disappear at once (C-12).

    Raises:
        InvalidInput: a field cannot be used.
    """
    draft.check()
    until = (clock_now() + HORIZON).date()
    async with tenant_transaction() as tx:
        absence_id = await queries.add_absence(tx, draft, until)
        spans = rules.absence_spans(draft, until)
        await queries.add_absence_occurrences(tx, absence_id, draft.resource_id, spans)
        await record(tx, actor, "absence.created", "absence", absence_id)
    return absence_id


async def create_closure(draft: ClosureDraft, actor: Actor) -> UUID:
    """Close a place, an organisation or the whole tenant for a time (C-07).

    Raises:
        InvalidInput: the end is not after the start.
    """
    draft.check()
    async with tenant_transaction() as tx:
        closure_id = await queries.add_closure(tx, draft)
        await record(tx, actor, "closure.created", "closure", closure_id)
    return closure_id
