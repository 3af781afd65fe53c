"""The postman's own process: it outlives the worker that starts it, and holds each mail's last word.

`python -I -m creneau_infra.postman.process <data folder>` returns once somebody listens there: a
child of its own, or another postman (`TAKEN`). The child belongs to nobody: no signal to a worker, to
its group or to its terminal reaches it.
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from creneau_infra import readiness
from creneau_infra.mail.acknowledged import Acknowledged, folder_of
from creneau_infra.postman import places
from creneau_infra.postman.conversations import Conversations
from creneau_infra.postman.door import Door

TAKEN: Final = 3
WAITING: Final = 64
SECONDS_BETWEEN_LOOKS: Final = 5.0
"""Less than a worker takes to give up on finding somebody behind the door."""

STOPPING: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def main(data_dir: Path) -> int:
    """Start a postman behind us, if there is none."""
    taken = places.lock(data_dir)
    if not taken.take():
        return TAKEN
    with listening(data_dir) as listener:
        if os.fork() != 0:
            # What the child inherits, the lock and the socket, is its own from here on.
            os._exit(0)
        asyncio.run(serve(data_dir, listener))
    return 0


def stay(data_dir: Path) -> bool:
    """Be the postman of a data folder until a signal ends it; False if there is one already."""
    taken = places.lock(data_dir)
    if not taken.take():
        return False
    with listening(data_dir) as listener:
        # Who comes from here on is heard, if only in a moment.
        readiness.tell()
        asyncio.run(serve(data_dir, listener, stays=True))
    taken.release()
    return True


@contextmanager
def listening(data_dir: Path) -> Generator[socket.socket, None, None]:
    """Listen where workers ask; for whoever has the lock.

    Raises:
        ServerRefused: The folder of the socket is not ours alone.
    """
    path = places.socket_path(data_dir)
    # One that was killed has left its socket behind.
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen(WAITING)
        try:
            yield listener
        finally:
            path.unlink(missing_ok=True)


async def serve(data_dir: Path, listener: socket.socket, *, stays: bool = False) -> None:
    """Carry errands until nobody needs a postman, or a signal asks us to leave."""
    conversations = Conversations(Acknowledged(folder_of(data_dir)))
    door = Door(conversations, stays=stays)
    for number in STOPPING:
        asyncio.get_running_loop().add_signal_handler(number, door.close)
    server = await asyncio.start_unix_server(door.received, sock=listener)
    door.open()
    async with asyncio.TaskGroup() as group:
        looking = group.create_task(_close_if_lost(places.socket_path(data_dir), door))
        await door.over.wait()
        looking.cancel()
    server.close()
    await conversations.close()


async def _close_if_lost(path: Path, door: Door) -> None:
    """Make room for another once nobody can find us: our lock keeps him out until we go."""
    ours = _mark(path)
    while _mark(path) == ours:  # noqa: ASYNC110 - whoever removes a file tells nobody
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
    door.close()


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
