"""What stands at which address, for the agent who asks."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec
from creneau.agents.schemas import Agent
from creneau.calendars import service as calendars
from creneau.calendars.schemas import Access, AgentCalendar, Entry
from creneau.refusals import NotFound

HOME: Final = "/caldav"


class Root(msgspec.Struct, frozen=True, kw_only=True):
    """Where programs begin."""

    href: str = f"{HOME}/"


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """The agent who asks."""

    href: str


class Agendas(msgspec.Struct, frozen=True, kw_only=True):
    """The agent's calendars."""

    href: str


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """One calendar."""

    href: str
    calendar: AgentCalendar


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a calendar."""

    href: str
    entry: Entry


Node = Root | Principal | Agendas | Collection | Item


class Tree:
    """The addresses of one agent; what is asked for twice is read once."""

    def __init__(self, access: Access, agent: Agent) -> None:
        """Stand for `agent`, who came by `access`."""
        self.agent = agent
        self.principal = Principal(href=f"{HOME}/{agent.id}/")
        self.agendas = Agendas(href=f"{self.principal.href}agendas/")
        self._access = access
        self._calendars: list[AgentCalendar] | None = None
        self._entries: dict[UUID, list[Entry]] = {}

    async def find(self, path: str) -> Node:
        """Find what stands at an address.

        Raises:
            NotFound: Nothing does, or it is somebody else's.
        """
        plain = path.rstrip("/") + "/"
        fixed: dict[str, Node] = {one.href: one for one in (Root(), self.principal, self.agendas)}
        if plain in fixed:
            return fixed[plain]
        if not plain.startswith(self.agendas.href):
            raise NotFound
        calendar_id, _, name = plain.removeprefix(self.agendas.href).rstrip("/").partition("/")
        collection = await self._collection(calendar_id)
        if not name:
            return collection
        for item in await self.items(collection):
            if item.entry.name == name:
                return item
        raise NotFound

    async def _collection(self, text: str) -> Collection:
        for one in await self.collections():
            if str(one.calendar.agent_id) == text:
                return one
        raise NotFound

    async def collections(self) -> Sequence[Collection]:
        """List the calendars."""
        if self._calendars is None:
            self._calendars = await calendars.calendars(self._access, self.agent)
        return [
            Collection(href=f"{self.agendas.href}{one.agent_id}/", calendar=one)
            for one in self._calendars
        ]

    async def items(self, collection: Collection) -> Sequence[Item]:
        """List the events of a calendar."""
        agent_id = collection.calendar.agent_id
        if agent_id not in self._entries:
            self._entries |= await calendars.entries(self._access, [agent_id])
        return [
            Item(href=f"{collection.href}{one.name}", entry=one) for one in self._entries[agent_id]
        ]

    async def read_all(self) -> None:
        """Read the events of every calendar at once, for those who will ask about each."""
        ids = [one.calendar.agent_id for one in await self.collections()]
        self._entries |= await calendars.entries(self._access, ids)

    async def children(self, node: Node) -> Sequence[Node]:
        """List what stands below an address."""
        match node:
            case Root():
                return [self.principal]
            case Principal():
                return [self.agendas]
            case Agendas():
                return await self.collections()
            case Collection():
                return await self.items(node)
            case Item():
                return []
