"""The conversations with mail servers: one at a time for each message, and noted before it is told."""

import asyncio
import secrets
from functools import partial
from typing import Final

import msgspec

from creneau_infra.mail.acknowledged import Acknowledged, once
from creneau_infra.mail.connections import Connections
from creneau_infra.mail.errors import ServerAwayError
from creneau_infra.mail.servers import MailServer
from creneau_infra.mail.talking import hand_over, opened
from creneau_infra.postman.outcomes import told_of
from creneau_infra.postman.schemas import Errand, Told

SECONDS_FOR_THE_LAST_WORD: Final = 600.0
"""As RFC 5321 asks (4.5.3.2.6): whoever leaves earlier sends twice what the server has taken."""

MOST_AT_ONE_SERVER: Final = 40


class Talk(msgspec.Struct, frozen=True):
    """A conversation that is under way, and with whom."""

    server: MailServer
    outcome: asyncio.Task[Told]


class Way:
    """The connections to one server, and how many conversations go on there."""

    def __init__(self, server: MailServer, our_name: str) -> None:
        self.connections = Connections(partial(opened, server, our_name))
        self.talks = 0

    @property
    def is_used(self) -> bool:
        """Say whether anything would be lost with it."""
        return self.talks > 0 or self.connections.are_kept


class Conversations:
    """Carries errands. Who asks for a message that is being carried, waits for the same outcome."""

    def __init__(self, acknowledged: Acknowledged) -> None:
        self._talks: dict[str, Talk] = {}
        self._ways: dict[tuple[MailServer, str], Way] = {}
        self._hand_over = once(self._converse, acknowledged)

    def __len__(self) -> int:
        """Count those that are under way."""
        return len(self._talks)

    async def carried(self, errand: Errand) -> Told:
        """Carry an errand, and say what became of it; it goes on if nobody waits any more."""
        name = errand.message_id or secrets.token_hex(8)
        while name in self._talks:
            talk = self._talks[name]
            told = await asyncio.shield(talk.outcome)
            # By another server it may still leave, once this one has not taken it.
            if told.kind == "accepted" or talk.server == errand.server:
                return told
        outcome = asyncio.create_task(self._outcome(name, errand))
        self._talks[name] = Talk(errand.server, outcome)
        return await asyncio.shield(outcome)

    async def _outcome(self, name: str, errand: Errand) -> Told:
        try:
            await self._hand_over(errand)
        except Exception as error:  # noqa: BLE001 - told to whoever asked
            return told_of(error)
        else:
            return Told(kind="accepted")
        finally:
            del self._talks[name]

    async def _converse(self, errand: Errand) -> None:
        way = self._way(errand)
        if way.talks >= MOST_AT_ONE_SERVER:
            raise ServerAwayError("busy")
        way.talks += 1
        try:
            await way.connections.use(
                lambda client: hand_over(client, errand.envelope, SECONDS_FOR_THE_LAST_WORD)
            )
        finally:
            way.talks -= 1

    def _way(self, errand: Errand) -> Way:
        key = (errand.server, errand.our_name)
        if key not in self._ways:
            # A server whose password was changed is another one: the old one is forgotten.
            self._ways = {known: way for known, way in self._ways.items() if way.is_used}
            self._ways[key] = Way(*key)
        return self._ways[key]

    async def close(self) -> None:
        """Say goodbye to every server."""
        for way in self._ways.values():
            await way.connections.close()
