"""A copy of a furnished tenant is what the use cases would have made of it."""

import re
from collections.abc import Awaitable, Callable
from inspect import unwrap
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.organisations import service as organisations

from tests.copies import VALUES, Found, copied, everything_of
from tests.platform.cast import furnish, new_tenant
from tests.web.backoffice.cast import furnish_office

Furnish = Callable[[Tenant], Awaitable[Any]]
UUID_LENGTH = 36
HASH = re.compile(r"\$argon2id\$[^\"]+")


async def town(tenant: Tenant) -> Any:
    del tenant
    return await furnish()


async def made_town(tenant: Tenant) -> Any:
    del tenant
    return await unwrap(furnish)()


class Furnished(msgspec.Struct, frozen=True):
    """A tenant with all that is in it, and what its maker gave."""

    tenant: Tenant
    made: Any
    found: list[Found]

    @property
    def ids(self) -> set[str]:
        """All ids that stand in its rows."""
        text = msgspec.json.encode(self.found).decode()
        return {value for value in VALUES.findall(text) if len(value) == UUID_LENGTH}

    def told(self) -> str:
        """Write all down, with numbers for ids, and without times."""
        rows = [(one.table.name, sorted(one.rows, key=_said)) for one in self.found]
        made = [row["id"] for _table, some in rows for row in some if "id" in row]
        numbers = {value: f"number {number}" for number, value in enumerate(made)}
        numbers[str(self.tenant.id)] = "the tenant"
        text = msgspec.json.encode(rows).decode().replace(self.tenant.slug, "its address")
        return VALUES.sub(
            lambda match: numbers.get(match[0], "a moment"), HASH.sub("a salted hash", text)
        )


def _said(row: dict[str, Any]) -> tuple[str, str]:
    # What was made in one statement has no order of its own.
    return VALUES.sub("", msgspec.json.encode(row).decode()), str(row.get("id", ""))


async def furnished(make: Furnish) -> Furnished:
    """Let somebody furnish a new tenant."""
    tenant = await new_tenant()
    with acting_for(tenant):
        made = await make(tenant)
        return Furnished(tenant, made, await everything_of(tenant))


@pytest.mark.parametrize(
    ("make", "copy"),
    [(made_town, town), (unwrap(furnish_office), furnish_office)],
    ids=["town", "office"],
)
async def test_a_copy_is_what_the_use_cases_make(
    database: object, make: Furnish, copy: Furnish
) -> None:
    assert database
    await furnished(copy)
    original, given = await furnished(make), await furnished(copy)
    assert given.told() == original.told()
    assert not given.ids & original.ids
    assert type(given.made) is type(original.made)
    own = {str(value) for value in msgspec.structs.astuple(given.made) if isinstance(value, UUID)}
    assert len(own) >= len(("place", "motive", "alice", "bea", "bob", "sam"))
    assert own <= given.ids


async def test_what_follows_a_copy_comes_after_it(database: object) -> None:
    assert database
    await furnished(town)
    given = await furnished(town)
    with acting_for(given.tenant):
        later = await organisations.create_service("Urbanisme", False, SYSTEM)
    made = [str(value) for value in msgspec.structs.astuple(given.made)]
    assert max(made) < str(later)


async def test_a_copy_that_lacks_something_is_told_otherwise(database: object) -> None:
    assert database
    whole = await furnished(town)
    rows = [Found(one.table, one.rows[1:]) for one in whole.found]
    assert msgspec.structs.replace(whole, found=rows).told() != whole.told()


async def test_who_changes_what_was_there_cannot_be_copied(database: object) -> None:
    assert database

    @copied
    async def rename() -> msgspec.Struct:
        async with tenant_transaction() as tx:
            await tx.execute("UPDATE role SET name = name || ' bis'")
        return msgspec.Struct()

    await furnished(lambda _tenant: rename())
    with pytest.raises(asyncpg.UniqueViolationError):
        await furnished(lambda _tenant: rename())
