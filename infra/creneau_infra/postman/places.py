"""Where the postman of a data folder works and listens: one for each folder."""

from pathlib import Path
from typing import Final

from creneau_infra.errors import ServerRefused
from creneau_infra.processes import FolderLock, make_folder, socket_folder
from creneau_infra.settings import variable_of

FOLDER: Final = "postman"
SOCKET: Final = "postman"


def home(data_dir: Path) -> Path:
    """Make the folder in which the postman works, ours alone."""
    folder = data_dir / FOLDER
    make_folder(folder, 0o700)
    return folder


def socket_path(data_dir: Path) -> Path:
    """Name the socket, in a folder that nobody else can enter.

    Raises:
        ServerRefused: Somebody else holds the folder, or it is open to others.
    """
    return socket_folder(home(data_dir) / "run", SOCKET, None) / SOCKET


def require_place(data_dir: Path) -> None:
    """See that a postman could work here, before mails wait for one in vain.

    Raises:
        ServerRefused: The folder cannot be used; the sentence says what to do.
    """
    try:
        socket_path(data_dir)
    except OSError as error:
        raise ServerRefused(
            f"Les e-mails ne peuvent pas partir : le dossier {data_dir / FOLDER} n’est pas accessible"
            f" en écriture. Changez ses droits ou choisissez-en un autre avec"
            f" {variable_of('data_dir')}.",
            f"Mails cannot leave: the folder {data_dir / FOLDER} cannot be written to. Change its"
            f" permissions or choose another with {variable_of('data_dir')}.",
        ) from error


def lock(data_dir: Path) -> FolderLock:
    """Give what only one postman holds at a time, until it ends."""
    return FolderLock(home(data_dir) / "lock")
