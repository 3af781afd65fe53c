"""A search for free time as programs ask for it: one transaction, written as it is found."""

import gzip
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Final

from creneau.availability.answers import asked_by_many, question_of
from creneau.availability.schemas import SlotQuery
from creneau.availability.service import check_range, free_starts, slots_of
from creneau.context import current_tenant
from creneau.database import tenant_transaction
from creneau.refusals import NotFound
from creneau.tokens.schemas import ApiToken
from creneau.tokens.service import authenticate
from creneau_infra.clock import now
from creneau_infra.tokens import digest

from creneau_web.api.lately import LATELY
from creneau_web.api.queries import token_and_motive
from creneau_web.api.writing import JOINT, slots_written, starts_written

Admit = Callable[[ApiToken | None], Awaitable[None]]
WRITTEN: Final = "slots as JSON"


class Written:
    """An answer as it is sent, and the same compressed: once for all who take it so."""

    def __init__(self, plain: bytes) -> None:
        self.plain = plain

    def __len__(self) -> int:
        return len(self.plain)

    @cached_property
    def packed(self) -> bytes:
        """The answer compressed with gzip."""
        return gzip.compress(self.plain, compresslevel=1)


def asked_lately(query: SlotQuery) -> bool:
    """Note a search, and tell whether somebody asked the same a moment ago."""
    return LATELY.again((current_tenant.get().id, question_of(WRITTEN, query)))


async def slots(query: SlotQuery, asker: "Asker", *, by_many: bool = False) -> bytes:
    """Find slots and write them as JSON, with their places' offsets (C-20).

    There are none before a line in front of the motive opens.

    `by_many`: one answer serves all who ask at the same time.

    Raises:
        NotFound: There is no such motive.
        RangeRefused: The range is inverted or too long.
        Refusal: Who asks is not let in.
    """
    if not by_many:
        return (await _search(query, asker)).plain
    found = await written(query, asker)
    if not asker.is_in:
        await asker.admit(await authenticate(asker.secret))
    return found.plain


async def written(query: SlotQuery, asker: "Asker") -> Written:
    """Find slots, once for all who ask at the same time; the first of them is let in, or not.

    Raises:
        NotFound: There is no such motive.
        RangeRefused: The range is inverted or too long.
        Refusal: Who asks is not let in.
    """
    question = question_of(WRITTEN, query)
    return await asked_by_many(question, lambda: _search(query, asker), bytes_each=1)


class Asker:
    """The program that asks, by its secret, and what lets it in or refuses it."""

    def __init__(self, secret: str, admit: Admit) -> None:
        """Let in by `admit`, which gets the living token with this secret, or None."""
        self.secret = secret
        self._admit = admit
        self.is_in = False

    async def admit(self, token: ApiToken | None) -> None:
        """Let the program in; raises what refuses it."""
        await self._admit(token)
        self.is_in = True


async def _search(query: SlotQuery, asker: Asker) -> Written:
    async with tenant_transaction() as tx:
        # The token and the motive in one trip; of the motive nothing is told before.
        token, motive = await token_and_motive(tx, digest(asker.secret), now(), query.motive_id)
        await asker.admit(token)
        check_range(query)
        if motive is None or motive.archived_at is not None:
            raise NotFound
        if motive.line_opens_at is not None and now() < motive.line_opens_at:
            return Written(slots_written([], motive.zones))
        if motive.capacity != 1:
            found = await slots_of(tx, motive, query, now())
            return Written(slots_written(found, motive.zones))
        starts = await free_starts(tx, motive, query, now(), JOINT)
    return Written(starts_written(starts, motive.duration_minutes * 60, motive.zones))
