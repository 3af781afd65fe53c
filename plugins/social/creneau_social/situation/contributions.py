"""What the plugin shows on a person's file, and in its form (S-09)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.context import current_tenant
from creneau.contributions import (
    Fact,
    PersonalData,
    PersonContext,
    PersonFacts,
    PersonFields,
    PersonSection,
)
from creneau.database import Transaction
from creneau.i18n import gettext as _
from creneau.people.sections import FACTS
from msgspec.structs import replace

from creneau_social.situation import queries, rules, service
from creneau_social.situation.errors import SituationSealed
from creneau_social.situation.schemas import Reading, ReadingsWanted

IDENTITY: Final = "social_identity:read"
SITUATION: Final = "social_situation:read"
READERS: Final = "social_reading:read"
MOST_READINGS: Final = 5


def readings_of(person_id: UUID) -> str:
    """Give the address of who has read what of a person."""
    return f"/agents/social/usagers/{person_id}/lectures"


class TerritoryFacts(PersonFacts, frozen=True):
    """Births and addresses: as the territory has chosen, for who holds the right, and noted."""

    async def rights(self, tx: Transaction) -> Mapping[Fact, str | None]:
        """Show what is in use to who holds the right."""
        used = (await service.setting_in(tx)).fields
        return {fact: IDENTITY if fact in used else None for fact in FACTS}

    async def read(
        self, tx: Transaction, agent_id: UUID, facts: Mapping[UUID, Collection[Fact]]
    ) -> None:
        """Note who read what."""
        for person_id, read in facts.items():
            await queries.note(tx, person_id, agent_id, sorted(read))

    async def listed(
        self, tx: Transaction, agent_id: UUID, facts: Collection[Fact], persons: int
    ) -> None:
        """Note who read what of how many, once for the list: person by person would hide the files."""
        await service.note_list(tx, agent_id, facts, persons)


class SituationFields(PersonFields, frozen=True, kw_only=True):
    """The situation, in the form of a file."""

    async def used(self, tx: Transaction) -> Collection[str] | None:
        """Name what the territory works with."""
        return (await service.setting_in(tx)).fields

    async def values(self, tx: Transaction, context: PersonContext) -> Mapping[str, str]:
        """Give what is kept, and note who read it."""
        found = await service.used_in(tx, context.person_id)
        await _note(tx, context, found)
        return found

    async def kept(self, tx: Transaction, person_id: UUID) -> Mapping[str, str] | None:
        """Give what is kept, for comparing."""
        return await service.used_in(tx, person_id)

    def check(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Say what cannot be kept."""
        return rules.wrong(values)

    async def save(self, tx: Transaction, person_id: UUID, values: Mapping[str, str]) -> None:
        """Keep it, sealed."""
        await service.keep_in(tx, person_id, values)


class SituationSection(PersonSection, frozen=True, kw_only=True):
    """The situation, on the file."""

    async def data(self, tx: Transaction, context: PersonContext) -> Mapping[str, object] | None:
        """Give what is told, and note who read it; None where the territory works without."""
        try:
            found = await service.used_in(tx, context.person_id)
        except SituationSealed as sealed:
            return {"told": [], "sealed": str(sealed)}
        if not found:
            return None
        await _note(tx, context, found)
        told = [
            (_(rules.LABELS[name]), rules.in_words(name, value))
            for name, value in found.items()
            if value
        ]
        return {"told": told, "sealed": ""}


class ReadersSection(PersonSection, frozen=True, kw_only=True):
    """Who has read what, on the file, for administrators."""

    async def data(self, tx: Transaction, context: PersonContext) -> Mapping[str, object] | None:
        """Give the latest readings, and where all of them stand."""
        found = await queries.readings(
            tx, ReadingsWanted(person_id=context.person_id), MOST_READINGS + 1, 0
        )
        return {
            "readings": local(found[:MOST_READINGS]),
            "href": readings_of(context.person_id) if len(found) > MOST_READINGS else "",
            "labels": labels(),
        }


class SituationData(PersonalData, frozen=True):
    """The situation and its readings, in a person's access and erasure requests (C-44)."""

    async def export(self, tx: Transaction, person_id: UUID) -> Mapping[str, object]:
        """Give all that is kept, and when who works here read it; agents are not named."""
        kept = await service.situation_in(tx, person_id)
        found = await queries.readings(tx, ReadingsWanted(person_id=person_id), 10_000, 0)
        return {
            "social_situation": [
                {"field": rules.LABELS[name], "value": value, "told": rules.in_words(name, value)}
                for name, value in kept.items()
            ],
            "social_readings": [
                {"at": msgspec.to_builtins(one.at), "fields": list(one.fields)} for one in found
            ],
        }

    async def erase(self, tx: Transaction, person_id: UUID) -> None:
        """Forget both."""
        await queries.forget(tx, person_id)
        await queries.forget_readings(tx, person_id)

    async def merge(self, tx: Transaction, kept_id: UUID, gone_id: UUID) -> None:
        """Let what the file that stays says count, and the other's where it says nothing."""
        other = await service.situation_in(tx, gone_id)
        own = await service.situation_in(tx, kept_id)
        if other:
            await service.keep_in(tx, kept_id, {**other, **own})
        await queries.move_readings(tx, kept_id, gone_id)
        await self.erase(tx, gone_id)


def labels() -> dict[str, str]:
    """Name every fact in the current language."""
    return {name: _(label) for name, label in rules.LABELS.items()}


def local(found: Sequence[Reading]) -> list[Reading]:
    """Give readings on the tenant's clock."""
    zone = ZoneInfo(current_tenant.get().time_zone)
    return [replace(one, at=one.at.astimezone(zone)) for one in found]


async def _note(tx: Transaction, context: PersonContext, found: Mapping[str, str]) -> None:
    read = [name for name, value in found.items() if value]
    if read:
        await queries.note(tx, context.person_id, context.agent_id, read)
