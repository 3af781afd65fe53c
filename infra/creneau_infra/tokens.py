import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import timedelta

from creneau_infra.clock import now

BYTES = 32


class TokenInvalidError(ValueError):
    """A signed value was changed, was made for something else, or is not one."""


class TokenExpiredError(ValueError):
    """A signed value was good, and is too old."""


def new_token() -> str:
    """Make a token that nobody can guess: 32 random bytes as 43 characters safe in a URL."""
    return secrets.token_urlsafe(BYTES)


def digest(token: str) -> bytes:
    """Shorten a token to the 32 bytes that are kept in its place."""
    return hashlib.sha256(token.encode()).digest()


def new_code(digits: int = 6) -> str:
    """Make a code of decimal digits that a person types."""
    return "".join(secrets.choice("0123456789") for _ in range(digits))


def code_digest(code: str, salt: bytes, secret_key: str) -> bytes:
    """Digest a typed code together with what it is for (`salt`), keyed with the secret.

    A code has few values: without the key, whoever reads the table would try them all.
    """
    return hmac.digest(_key(secret_key, "code"), salt + b"\0" + code.encode(), "sha256")


def same(one: bytes, other: bytes) -> bool:
    """Compare two digests in a time that tells nothing about them."""
    return hmac.compare_digest(one, other)


def sign(value: str, *, purpose: str, secret_key: str, lasting: timedelta) -> str:
    """Seal a small value for one purpose and a time; it can be read by anybody, not changed."""
    expires = int((now() + lasting).timestamp())
    body = f"{_encode(value.encode())}.{expires}"
    return f"{body}.{_encode(_seal(body, purpose, secret_key))}"


def unsign(sealed: str, *, purpose: str, secret_key: str) -> str:
    """Open what `sign` sealed for the same purpose.

    Raises:
        TokenInvalidError: It is not one of ours for this purpose.
        TokenExpiredError: Its time is over.
    """
    body, _, seal = sealed.rpartition(".")
    if not same(_encode(_seal(body, purpose, secret_key)).encode(), seal.encode()):
        raise TokenInvalidError("the seal does not fit")
    value, _, expires = body.partition(".")
    if now().timestamp() >= int(expires):
        raise TokenExpiredError("the time is over")
    return _decode(value)


def _seal(body: str, purpose: str, secret_key: str) -> bytes:
    return hmac.digest(_key(secret_key, purpose), body.encode(), "sha256")


def _key(secret_key: str, purpose: str) -> bytes:
    # A key per purpose: what is sealed for one can never be used for another.
    return hmac.digest(secret_key.encode(), f"creneau:{purpose}".encode(), "sha256")


def _encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _decode(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise TokenInvalidError("not a sealed value") from error
