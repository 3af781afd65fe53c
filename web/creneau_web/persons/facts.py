"""The core's own facts about persons that a vertical keeps from some agents, or from all (S-09)."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec
from creneau.people import service as people
from creneau.people.finding.schemas import Found
from creneau.people.schemas import Person
from creneau.people.sections import FACTS, Fact
from creneau.plugins import active

from creneau_web.backoffice.reach import signed_in_agent
from creneau_web.persons import service
from creneau_web.persons.within import within

NOTHING: Final[Mapping[str, Any]] = {"birth_date": None, "birth_name": "", "address": ""}
Hidden = Collection[Fact]
Listed = TypeVar("Listed", bound=Found)
IN_LISTS: Final[tuple[Fact, ...]] = ("birth_date", "birth_name")


async def read(persons: Sequence[Person]) -> tuple[list[Person], Hidden]:
    """Give persons as the agent who asks may see them, and what is kept from them of the first.

    Whoever rules over the facts notes that the agent has read them.
    """
    ruling = active().person_facts()
    if not ruling:
        return list(persons), ()
    rights = await service.rights_over(ruling)
    hidden = [await _hidden(rights, one.id) for one in persons]
    shown = [without(one, kept) for one, kept in zip(persons, hidden, strict=True)]
    seen = {one.id: _told(one, rights) for one in shown}
    noted = {person_id: told for person_id, told in seen.items() if told}
    if noted:
        await service.note_reading(ruling, signed_in_agent().id, noted)
    return shown, hidden[0] if hidden else ()


async def hidden_of(person_id: UUID | None) -> Hidden:
    """Name what is kept from the agent who asks: of a person, or of those to come."""
    ruling = active().person_facts()
    return await _hidden(await service.rights_over(ruling), person_id) if ruling else ()


async def unused() -> Hidden:
    """Name what the tenant does without: nobody is asked for it, the person neither."""
    ruling = active().person_facts()
    rights = await service.rights_over(ruling) if ruling else {}
    return [fact for fact, right in rights.items() if right is None]


async def ruled() -> Collection[Fact]:
    """Name what somebody rules over: it is read file by file, and never leaves with a list."""
    ruling = active().person_facts()
    return await service.rights_over(ruling) if ruling else ()


async def listed(found: Sequence[Listed]) -> list[Listed]:
    """Give the lines of a list as the agent may see them, and have it noted once what they tell."""
    ruling = active().person_facts()
    if not ruling:
        return list(found)
    rights = await service.rights_over(ruling)
    kept = {fact: NOTHING[fact] for fact in _hidden_in_lists(rights)}
    shown = [msgspec.structs.replace(one, **kept) for one in found]
    told: set[Fact] = {fact for one in shown for fact in _told(one, rights, IN_LISTS)}
    if told:
        persons = sum(bool(_told(one, rights, IN_LISTS)) for one in shown)
        await service.note_list(ruling, signed_in_agent().id, told, persons)
    return shown


async def hidden_in_lists() -> Hidden:
    """Name what no list shows to the agent who asks, nor is sorted by."""
    ruling = active().person_facts()
    return _hidden_in_lists(await service.rights_over(ruling)) if ruling else ()


def _hidden_in_lists(rights: Mapping[Fact, str | None]) -> list[Fact]:
    return [fact for fact in IN_LISTS if fact in rights and not _shown_somewhere(rights[fact])]


async def told_apart(found: Sequence[Listed]) -> list[Listed]:
    """Give persons who are proposed while one types: what somebody rules over tells namesakes apart only.

    What is told so is noted person by person, as on their files.
    """
    ruling = active().person_facts()
    if not ruling:
        return list(found)
    rights = await service.rights_over(ruling)
    names = Counter((one.first_name.casefold(), one.last_name.casefold()) for one in found)
    shown: list[Listed] = []
    noted: dict[UUID, list[Fact]] = {}
    for one in found:
        alone = names[one.first_name.casefold(), one.last_name.casefold()] == 1
        kept = [
            fact
            for fact in IN_LISTS
            if fact in rights and (alone or not _shown_somewhere(rights[fact]))
        ]
        shown.append(msgspec.structs.replace(one, **{fact: NOTHING[fact] for fact in kept}))
        if told := _told(shown[-1], rights, IN_LISTS):
            noted[one.id] = told
    if noted:
        await service.note_reading(ruling, signed_in_agent().id, noted)
    return shown


def without(person: Person, hidden: Hidden) -> Person:
    """Give a person without some facts."""
    return msgspec.structs.replace(person, **{fact: NOTHING[fact] for fact in hidden})


async def _hidden(rights: Mapping[Fact, str | None], person_id: UUID | None) -> Hidden:
    return [fact for fact in FACTS if fact in rights and not await _may(rights[fact], person_id)]


async def _may(right: str | None, person_id: UUID | None) -> bool:
    if right is None or not _held(right):
        return False
    return person_id is None or await people.is_known(person_id, within(right))


def _shown_somewhere(right: str | None) -> bool:
    return right is not None and _held(right)


def _held(right: str) -> bool:
    return within(right).organisation_ids != frozenset()


def _told(
    person: Person | Found, rights: Mapping[Fact, str | None], among: Sequence[Fact] = FACTS
) -> list[Fact]:
    return [fact for fact in among if fact in rights and getattr(person, fact)]
