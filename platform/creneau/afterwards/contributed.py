"""What plugins hand to the worker: work after a commit, of every day, and of every few seconds."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of work that is done after the commit that asked for it, by a worker.

    `kind` starts with the plugin's name and a dot. Ask for it with `creneau.afterwards.service.put`,
    in the transaction of its cause: it is done if that is committed, and only then.
    """

    kind: str

    async def do(self, row_id: UUID, payload: Mapping[str, Any]) -> None:
        """Do one piece of it, for the tenant, outside any transaction, within a minute.

        It may run twice where a worker is killed at the wrong moment: what it leaves behind carries
        a key made from `row_id`. What it raises brings it back later; `PermanentError` ends the tries.
        """
        raise NotImplementedError


class DailyWork(msgspec.Struct, frozen=True, kw_only=True):
    """What is done once a day for each tenant, from three in the morning on by the tenant's clock.

    `code` starts with the plugin's name and a dot. A day on which no worker ran is not caught up with.
    """

    code: str

    async def do(self) -> None:
        """Do it for the tenant, outside any transaction, within a minute; it may run twice.

        Whoever has more to do does a part, and puts the rest into the outbox.
        """
        raise NotImplementedError


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """What every worker looks after three times a minute for each tenant, such as what is kept ready.

    `code` starts with the plugin's name and a dot.
    """

    code: str

    async def do(self) -> None:
        """Look for the tenant, outside any transaction, and do what there is to do.

        Mostly there is nothing, which costs one small statement at most; others wait meanwhile, so
        that it does a part of what takes longer than some seconds. It may run in several workers at once.
        """
        raise NotImplementedError
