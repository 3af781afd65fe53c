"""A word to the service manager that started us: whoever waits for us may begin."""

import os
import socket
from typing import Final

ASKED_AT: Final = "NOTIFY_SOCKET"
"""Where systemd listens for a unit with `Type=notify`; a leading @ stands for an abstract name."""


def tell() -> None:
    """Say that we are ready, where somebody asked to be told.

    Raises:
        OSError: Whoever asked does not listen.
    """
    address = os.environ.get(ASKED_AT)
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.connect(f"\0{address[1:]}" if address.startswith("@") else address)
        told.sendall(b"READY=1")
