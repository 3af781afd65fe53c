"""What the house asks of kept figures: to follow what changes, to be filled in, and to be forgotten (S-10)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from creneau.contributions import DailyWork, KeptFigures, PersonalData, Work
from creneau.database import Transaction

from creneau_social.figures.keeping import queries, service


class FollowUpFigures(KeptFigures, frozen=True, kw_only=True):
    """The figures of follow-ups."""

    async def keep(self, tx: Transaction, person_ids: Sequence[UUID]) -> None:
        """Count some persons anew; where none are kept yet, whoever fills them in sees what changed."""
        if person_ids and await queries.are_kept(tx):
            await queries.wait_for_others(tx)
            await queries.keep(tx, person_ids)


class Filling(DailyWork, frozen=True, kw_only=True):
    """Fills the figures in, the first time."""

    async def do(self) -> None:
        """Do what is left to fill in."""
        await service.fill()


class GoingOn(Work, frozen=True, kw_only=True):
    """Goes on with it, where there was more than one piece of work takes."""

    async def do(self, row_id: UUID, payload: Mapping[str, Any]) -> None:
        """Do the next part."""
        del row_id, payload
        await service.fill()


class KeptData(PersonalData, frozen=True):
    """What is kept of a person is counted from their appointments, which the core hands out (C-44)."""

    async def export(self, tx: Transaction, person_id: UUID) -> Mapping[str, object]:
        """Give nothing: it stands among the appointments already."""
        del tx, person_id
        return {}

    async def erase(self, tx: Transaction, person_id: UUID) -> None:
        """Forget the contacts; what stays, as the appointments do, are figures without a name."""
        await queries.forget_contacts(tx, person_id)

    async def merge(self, tx: Transaction, kept_id: UUID, gone_id: UUID) -> None:
        """Count both anew: the appointments of the one are the other's by now."""
        if await queries.are_kept(tx):
            await queries.keep(tx, [kept_id, gone_id])
