"""Codes of six digits that a telephone makes every half minute (RFC 6238), and recovery codes."""

import base64
import hmac
import secrets
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

DIGITS: Final = 6
SECONDS: Final = 30
STEPS_AROUND: Final = (0, -1, 1)
"""A clock that is half a minute off, or a code that was typed slowly, still counts."""

RECOVERY_CODES: Final = 10
ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
GROUP: Final = 4


def new_secret() -> str:
    """Make a secret of 160 bits, written as telephones take it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_of(moment: datetime) -> int:
    """Tell in which half minute since 1970 a moment (aware) lies."""
    return int(moment.timestamp()) // SECONDS


def code_at(secret: str, step: int) -> str:
    """Give the code of a half minute."""
    key = base64.b32decode(secret)
    # SHA-1 is what telephones know; nothing rests on its collisions here.
    mac = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    offset = mac[-1] & 15
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def matching_step(secret: str, typed: str, moment: datetime, last_step: int) -> int | None:
    """Tell of which half minute a code is; None: of none around, or of one used already."""
    present = step_of(moment)
    given = "".join(typed.split()).encode()
    found = [
        present + distance
        for distance in STEPS_AROUND
        if hmac.compare_digest(given, code_at(secret, present + distance).encode())
    ]
    return next((step for step in found if step > last_step), None)


def address_for_telephone(secret: str, account: str, issuer: str) -> str:
    """Write what a QR code tells a telephone: the secret, and whose it is."""
    label = f"{quote(issuer.replace(':', ' '))}:{quote(account)}"
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer})}"


def in_groups(secret: str) -> str:
    """Write a secret so that it can be typed: groups of four characters."""
    return " ".join(secret[start : start + GROUP] for start in range(0, len(secret), GROUP))


def new_recovery_codes() -> list[str]:
    """Make ten codes of some 79 bits, like `x3kd-9fmq-7tup-c2wn`; nobody guesses one."""
    return [
        "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(4))
        for _ in range(RECOVERY_CODES)
    ]


def plain_recovery_code(typed: str) -> str:
    """Bring a typed recovery code to the form in which it was made."""
    letters = [char for char in typed.lower() if char.isalnum()]
    text = "".join(letters)
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))
