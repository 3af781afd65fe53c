"""Passwords at rest: argon2id, and the same work whether or not there is one to check (T-07)."""

import unicodedata
from functools import cache
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's first choice for argon2id; 19 MiB a check leaves a small machine room for many at once.
HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)


def hashed(password: str) -> str:
    """Hash a password with argon2id; takes some 20 ms of a processor."""
    return HASHER.hash(_composed(password))


def matches(kept: str | None, password: str) -> bool:
    """Compare with the hash kept; without one it does the same work and says no."""
    try:
        same = HASHER.verify(kept or hash_of_nobody(), _composed(password))
    except (VerificationError, InvalidHashError):
        return False
    return same and kept is not None


def is_outdated(kept: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(kept)


@cache
def hash_of_nobody() -> str:
    """Give a hash to compare with where there is none."""
    return hashed("")


def _composed(password: str) -> str:
    # An é typed on one keyboard and on another is the same password.
    return unicodedata.normalize("NFC", password)
