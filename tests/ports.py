"""Ports for servers that tests start: told beforehand, and taken by nobody else meanwhile."""

import itertools
import secrets
import socket

# Below the ports that Linux hands out by itself: a passing connection never takes one of these.
FIRST, LAST = 15_000, 32_000

_steps = itertools.count(secrets.randbelow(LAST - FIRST))


def free_port() -> int:
    """Choose a port that this process did not choose before and that nobody listens on."""
    while not _is_free(port := FIRST + next(_steps) % (LAST - FIRST)):
        pass
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
