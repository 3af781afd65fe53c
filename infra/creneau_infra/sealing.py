"""Secrets at rest: sealed under keys from the settings, so that a copy of the database tells none."""

import base64
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from creneau_infra.settings import Settings


class SealBrokenError(ValueError):
    """A sealed value was changed, or its key is no longer among those of the settings."""


class _Current:
    keys: MultiFernet | None = None


def configure(settings: Settings) -> None:
    """Take the keys from the settings, the newest first; called once when a process starts."""
    _Current.keys = keys_of(settings.encryption_keys)


def keys_of(passphrases: Sequence[str]) -> MultiFernet:
    """Make keys of texts: the first seals, all of them open."""
    return MultiFernet([Fernet(_key(text)) for text in passphrases])


def _key(text: str) -> bytes:
    return base64.urlsafe_b64encode(hmac.digest(text.encode(), b"creneau:sealing", "sha256"))


def seal(text: str) -> bytes:
    """Encrypt a text under the newest key, as it is kept in a `bytea` column."""
    return _keys().encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    """Open what `seal` made.

    Raises:
        SealBrokenError: None of the keys fits.
    """
    try:
        return _keys().decrypt(bytes(sealed)).decode()
    except InvalidToken as error:
        raise SealBrokenError("no key opens this value") from error


def rotate(sealed: bytes) -> bytes:
    """Seal a value anew under the newest key.

    Raises:
        SealBrokenError: None of the keys fits.
    """
    try:
        return _keys().rotate(bytes(sealed))
    except InvalidToken as error:
        raise SealBrokenError("no key opens this value") from error


def _keys() -> MultiFernet:
    if _Current.keys is None:
        raise LookupError("sealing was not configured in this process")
    return _Current.keys
