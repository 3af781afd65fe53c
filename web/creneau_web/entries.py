"""Tenants' entries of the directory as this process remembers them: believed until proven.

The few requests that programs send all day need no look-up of their own: what the address led to is
remembered, and its version compared in the transaction of the work, by the statement that finds the
token. Nothing of an answer leaves before that. Whatever proves nothing (no token, another version, a
request that is refused first) is answered once more, the long way.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from creneau.refusals import Refusal
from creneau_tenants.schemas import Directory

from creneau_web.visit import Visit

PROVEN_BY_THE_WORK: Final = frozenset(
    {("GET", "/api/v1/slots"), ("POST", "/api/v1/holds"), ("POST", "/api/v1/bookings")}
)
MOVE: Final = re.compile("/api/v1/bookings/[^/]+/move")
MOST_REMEMBERED: Final = 5_000


class EntryChanged(Refusal):
    """What was remembered of the tenant is not true any more; nobody is told, it is done again."""

    code = "entry_changed"
    status = 503
    sentence = "L’espace vient de changer. Envoyez la demande à nouveau."


class Memory:
    """The entries of open tenants by host, the one that was used last at the end."""

    entries: ClassVar[OrderedDict[str, Directory]] = OrderedDict()


def remember(here: Visit, method: str) -> None:
    """Keep the entry that was found for a request whose likes can prove it."""
    found = here.directory
    if found is None or found.state != "active" or not _provable(here, method):
        return
    Memory.entries[here.host] = found
    if len(Memory.entries) > MOST_REMEMBERED:
        Memory.entries.popitem(last=False)


def believe(here: Visit, method: str) -> bool:
    """Take what is remembered for the entry of a request that will prove it; False if nothing is."""
    found = Memory.entries.get(here.host) if _provable(here, method) else None
    if found is None:
        return False
    Memory.entries.move_to_end(here.host)
    here.directory, here.believed = found, True
    return True


def prove(here: Visit, entry: int) -> None:
    """Compare what is believed with the version that stands in the database.

    Raises:
        EntryChanged: It is another one.
    """
    if here.believed:
        if here.directory is None or here.directory.entry != entry:
            raise EntryChanged
        here.believed = False


def forget(here: Visit) -> None:
    """Let go of what proved nothing."""
    Memory.entries.pop(here.host, None)
    here.directory, here.believed = None, False


def _provable(here: Visit, method: str) -> bool:
    moves = method == "POST" and MOVE.fullmatch(here.path) is not None
    return moves or (method, here.path) in PROVEN_BY_THE_WORK


class OnceProven:
    """Lets an answer pass only when what was believed has been proven."""

    def __init__(self, here: Visit, send: Any) -> None:
        """Pass on to `send`."""
        self._here = here
        self._send = send

    async def __call__(self, message: Mapping[str, Any]) -> None:
        """Pass a message on, or let it fall."""
        if not self._here.believed:
            await self._send(message)
