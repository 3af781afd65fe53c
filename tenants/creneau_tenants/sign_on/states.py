"""The state that goes to a provider and comes back: it names the tenant and the flow, sealed."""

import base64
import binascii
import hmac
import secrets
from typing import Final
from uuid import UUID

import msgspec

ID_BYTES: Final = 16
SEAL_BYTES: Final = 32


class State(msgspec.Struct, frozen=True):
    """Whose flow it is, and which."""

    tenant_id: UUID
    flow_id: UUID


def written(state: State, secret_key: str) -> str:
    """Write a state as 86 letters, digits, dashes and underscores; nobody else can make one."""
    body = state.tenant_id.bytes + state.flow_id.bytes
    return base64.urlsafe_b64encode(body + _seal(body, secret_key)).decode().rstrip("=")


def read(text: str, secret_key: str) -> State | None:
    """Read what `written` wrote; None for anything else."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    body, seal = raw[: 2 * ID_BYTES], raw[2 * ID_BYTES :]
    if len(seal) != SEAL_BYTES or not hmac.compare_digest(seal, _seal(body, secret_key)):
        return None
    return State(UUID(bytes=body[:ID_BYTES]), UUID(bytes=body[ID_BYTES:]))


def new_secret() -> str:
    """Make a nonce or a code verifier: 43 characters, more than any provider asks for."""
    return secrets.token_urlsafe(32)


def _seal(body: bytes, secret_key: str) -> bytes:
    key = hmac.digest(secret_key.encode(), b"creneau:sign_on_state", "sha256")
    return hmac.digest(key, body, "sha256")
