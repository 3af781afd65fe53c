"""What a program says once it is ready, heard as a service manager hears it."""

import asyncio
import socket
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from uuid import uuid4

from creneau_infra.readiness import ASKED_AT


class Manager:
    """Whoever starts a program, and waits for its word; it lives while `listening` lasts."""

    def __init__(self, name: str, heard: socket.socket) -> None:
        self.environ: Mapping[str, str] = {ASKED_AT: f"@{name}"}
        """What the program is told, so that it knows whom to tell."""
        self._heard = heard

    async def told(self) -> bytes:
        """Wait for the program's next word."""
        return await asyncio.get_running_loop().sock_recv(self._heard, 64)


@contextmanager
def listening() -> Generator[Manager, None, None]:
    """Listen for the word of a program that is about to be started."""
    name = f"creneau-{uuid4().hex}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.setblocking(False)
        heard.bind(f"\0{name}")
        yield Manager(name, heard)
