"""A request's body, read before it is worked on, as far as a form or a program's wish goes."""

from collections.abc import Mapping
from typing import Any

LONGEST_BODY = 65_536


class Body:
    """A request's body, read ahead as far as a form goes, and handed on whole."""

    def __init__(self, receive: Any) -> None:
        """Read from `receive`."""
        self._receive = receive
        self._messages: list[Mapping[str, Any]] = []
        self._given = 0
        self.bytes = b""

    async def read(self) -> None:
        """Read until the end, or until it is too long for a form that somebody filled in."""
        more = True
        while more and len(self.bytes) <= LONGEST_BODY:
            message = await self._receive()
            self._messages.append(message)
            self.bytes += message.get("body", b"")
            more = message.get("more_body", False)

    async def receive(self) -> Mapping[str, Any]:
        """Give what was read first, then what follows."""
        if self._given < len(self._messages):
            self._given += 1
            return self._messages[self._given - 1]
        return await self._receive()

    def rewind(self) -> None:
        """Give what was read first once more; what followed it is gone."""
        self._given = 0

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing follows what was read first."""
        return bool(self._messages) and not self._messages[-1].get("more_body", False)
