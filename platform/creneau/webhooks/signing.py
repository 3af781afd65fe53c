"""Signatures by which a receiver knows our messages, as Standard Webhooks 1.0 has them."""

import base64
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

PREFIX: Final = "whsec_"
BYTES: Final = 32


def new_secret() -> str:
    """Make a secret that nobody can guess, as receivers' libraries take it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def signed_headers(given: Sequence[str], event_id: UUID, at: datetime, body: str) -> dict[str, str]:
    """Sign a message with each of the secrets given; a receiver accepts any signature that fits."""
    stamp = int(at.timestamp())
    content = f"{event_id}.{stamp}.{body}".encode()
    return {
        "webhook-id": str(event_id),
        "webhook-timestamp": str(stamp),
        "webhook-signature": " ".join(f"v1,{_signature(secret, content)}" for secret in given),
    }


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, content, "sha256")).decode()
