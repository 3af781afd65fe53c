"""What plugins add to a person's file and to its form (C-67, S-09)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal, get_args
from uuid import UUID

import msgspec

from creneau.database import Transaction
from creneau.form_fields import Field

Fact = Literal["birth_date", "birth_name", "address"]
"""What the core knows of persons and a tenant may do without."""

FACTS: Final[tuple[Fact, ...]] = get_args(Fact)


class PersonContext(msgspec.Struct, frozen=True, kw_only=True):
    """Whose file is read, and by which agent: for a plugin that notes who reads what (S-09)."""

    person_id: UUID
    agent_id: UUID


class PersonAction(msgspec.Struct, frozen=True, kw_only=True):
    """A button on a person's file that leads to a page of the plugin's own; `label` is translated."""

    label: str
    href: str


class PersonSection(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a person's file: a template of the plugin's own, and buttons beside the core's.

    Whoever lacks `permission` (a right's code) where the person is known does not see it; empty: all
    who see the file do. Lower orders stand higher.
    """

    template: str
    permission: str = ""
    order: int = 100

    async def data(self, tx: Transaction, context: PersonContext) -> Mapping[str, object] | None:
        """Read what the template needs; None leaves the section out, but for its actions."""
        raise NotImplementedError

    async def actions(self, tx: Transaction, context: PersonContext) -> Sequence[PersonAction]:
        """Give the buttons that stand with the core's own, at the head of the file."""
        del tx, context
        return ()


class PersonFields(msgspec.Struct, frozen=True, kw_only=True):
    """Fields that a plugin adds to the form of a person's file (S-09), kept in its own tables.

    Whoever lacks `permission` where the person is known neither sees nor sends them.
    """

    plugin: str
    legend: str
    fields: tuple[Field, ...]
    permission: str = ""

    async def used(self, tx: Transaction) -> Collection[str] | None:
        """Name the fields that the tenant uses; None: all. The others are neither shown nor sent."""
        del tx
        return None

    async def values(self, tx: Transaction, context: PersonContext) -> Mapping[str, str]:
        """Read what is kept, by the fields' names; it may note who reads it."""
        raise NotImplementedError

    async def kept(self, tx: Transaction, person_id: UUID) -> Mapping[str, str] | None:
        """Read what is kept, noting nothing: whoever saves second is shown what the first one saved.

        None: that is not compared.
        """
        del tx, person_id
        return None

    def check(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Return the sentence for each wrong field, in the current language; nothing if all is well."""
        raise NotImplementedError

    async def save(self, tx: Transaction, person_id: UUID, values: Mapping[str, str]) -> None:
        """Keep checked values, in the transaction that saves the file."""
        raise NotImplementedError


class PersonFacts(msgspec.Struct, frozen=True):
    """Which of the core's own facts about persons agents see, and who does (S-09)."""

    async def rights(self, tx: Transaction) -> Mapping[Fact, str | None]:
        """Name the right without which a fact is not shown; None: it is shown to nobody.

        A fact that is not named is shown to whoever sees the file.
        """
        raise NotImplementedError

    async def read(
        self, tx: Transaction, agent_id: UUID, facts: Mapping[UUID, Collection[Fact]]
    ) -> None:
        """Note which of the facts that were named an agent has read, by person."""
        raise NotImplementedError

    async def listed(
        self, tx: Transaction, agent_id: UUID, facts: Collection[Fact], persons: int
    ) -> None:
        """Note that an agent has read facts that were named in a list of so many persons."""
        del tx, agent_id, facts, persons
