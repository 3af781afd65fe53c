"""Keeps the embedded servers running for as long as we do."""

import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Final, Protocol

import structlog

from creneau_infra.errors import ServerRefused

SECONDS_BETWEEN_LOOKS: Final = 0.5
SECONDS_AFTER_A_FAILURE: Final = 10.0

log = structlog.stdlib.get_logger(__name__)


class Server(Protocol):
    """An embedded server that can be started again."""

    def revive(self) -> bool:
        """Start it again where it ended without being told to; True if it had."""
        ...


@contextmanager
def kept_running(*servers: Server) -> Generator[None, None, None]:
    """Start the servers again that end meanwhile, killed or crashed, until the block is left."""
    over = threading.Event()
    # A thread: starting a server blocks, and requests are to be answered meanwhile.
    keeper = threading.Thread(target=_keep, args=(over, servers), name="keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep(over: threading.Event, servers: Sequence[Server]) -> None:
    pause = SECONDS_BETWEEN_LOOKS
    while not over.wait(pause):
        healthy = [_look_after(server) for server in servers]
        pause = SECONDS_BETWEEN_LOOKS if all(healthy) else SECONDS_AFTER_A_FAILURE


def _look_after(server: Server) -> bool:
    """Revive a server if need be; False if it does not start any more."""
    name = type(server).__name__
    try:
        if server.revive():
            log.warning("server_started_again", server=name)
    except (ServerRefused, OSError) as error:
        log.error("server_does_not_start", server=name, error=type(error).__name__)  # noqa: TRY400 - the sentence is enough
        return False
    return True
