"""Sealing values at rest, for plugins too; `register_sealed_columns` says where they stand."""

from creneau_infra import sealing

SealBrokenError = sealing.SealBrokenError


def seal(text: str) -> bytes:
    """Encrypt a text under the newest key, as it is kept in a `bytea` column."""
    return sealing.seal(text)


def unseal(sealed: bytes) -> str:
    """Open what `seal` made; raises `SealBrokenError` where no key of the settings fits."""
    return sealing.unseal(sealed)
