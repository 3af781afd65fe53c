"""Searches that many ask at once are answered once: what is kept lives less than a second.

The rules of `creneau_infra.redis.answers` hold. No claim is granted here: the database decides; refused again is what it has just refused.
Holds run out and notices begin to bind by the clock; so does an answer, less than a second later.
"""

from collections.abc import Awaitable, Callable, Hashable, Sized
from typing import Any, Final, TypeVar
from uuid import UUID

from creneau_infra.postgres.transactions import current_tenant_id
from creneau_infra.redis.answers import ANSWERS
from creneau_infra.redis.versions import Version, current

from creneau.availability.changes import free_time_of
from creneau.availability.schemas import SlotQuery

Found = TypeVar("Found", bound=Sized)
BYTES_OF_A_SLOT: Final = 800


async def asked_by_many(
    question: Hashable, compute: Callable[[], Awaitable[Found]], *, bytes_each: int
) -> Found:
    """Answer a search of the current tenant, computed once for all who ask at the same time.

    `bytes_each` is what one element of the answer takes, roughly.
    """
    tenant_id = current_tenant_id.get()
    return await ANSWERS.answer(
        (tenant_id, question),
        [free_time_of(tenant_id)],
        compute,
        lambda found: bytes_each * len(found),
    )


async def version_now() -> Version | None:
    """Read the version of the current tenant's free time; None while Redis is away."""
    return await current([free_time_of(current_tenant_id.get())])


def answered_already(tenant_id: UUID, question: Hashable, version: Version) -> Any:
    """Give the answer that stands for a tenant's search, by its version read just now, or None."""
    return ANSWERS.kept((tenant_id, question), version)


def question_of(kind: str, query: SlotQuery) -> Hashable:
    """Tell a search from every other one of its tenant."""
    return (
        kind,
        query.motive_id,
        query.starts_from,
        query.starts_before,
        tuple(query.place_ids),
        tuple(query.resource_ids),
        tuple(query.service_ids),
        query.for_agents,
        query.ignoring,
        query.asking.key,
    )
