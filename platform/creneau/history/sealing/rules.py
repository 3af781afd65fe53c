"""How the entries of a history are linked (C-66): each seal covers its entry and the seal before."""

from datetime import UTC, timedelta
from hashlib import sha256
from uuid import UUID

import msgspec

from creneau.history.sealing.schemas import Row

BEFORE_THE_FIRST = bytes(32)
TIME_TO_COMMIT = timedelta(hours=1)
"""Longer than any transaction lasts; an entry that is sealed is at most so much older than others."""

_encode = msgspec.json.Encoder(order="deterministic").encode


def digest_of(previous: bytes, tenant_id: UUID, position: int, row: Row) -> bytes:
    """Seal an entry: SHA-256 over the seal before it and the entry, as JSON with sorted keys."""
    canonical = [
        tenant_id,
        position,
        row.id,
        row.at.astimezone(UTC),
        row.actor_kind,
        row.actor_id,
        row.subject_kind,
        row.subject_id,
        row.action,
        row.details,
    ]
    return sha256(previous + _encode(canonical)).digest()
