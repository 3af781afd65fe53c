"""Where the postman of a data folder works and listens: one for each folder."""

from pathlib import Path
from typing import Final

from creneau_infra.processes import FolderLock, make_folder, socket_folder

SOCKET: Final = "postman"


def home(data_dir: Path) -> Path:
    """Make the folder in which the postman works, ours alone."""
    folder = data_dir / "postman"
    make_folder(folder, 0o700)
    return folder


def socket_path(data_dir: Path) -> Path:
    """Name the socket, in a folder that nobody else can enter.

    Raises:
        ServerRefused: Somebody else holds the folder, or it is open to others.
    """
    return socket_folder(home(data_dir) / "run", SOCKET, None) / SOCKET


def lock(data_dir: Path) -> FolderLock:
    """Give what only one postman holds at a time, until it ends."""
    return FolderLock(home(data_dir) / "lock")
