"""A request's body, read before it is worked on, as far as a form or a program's wish goes."""

from collections import deque
from collections.abc import Mapping
from typing import Any

LONGEST_BODY = 65_536


class Body:
    """A request's body, read ahead as far as a form goes, and handed on whole."""

    def __init__(self, receive: Any) -> None:
        """Read from `receive`."""
        self._receive = receive
        self._messages: deque[Mapping[str, Any]] = deque()
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
        return self._messages.popleft() if self._messages else await self._receive()
