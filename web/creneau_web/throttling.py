"""How often something may be tried, so that nobody guesses, floods or locks somebody else out."""

import hashlib
import math
from collections.abc import Mapping
from typing import Final, Literal

import msgspec
from creneau.context import current_tenant
from creneau_infra.redis.throttle import LOCAL, take

from creneau_web.auth.errors import TooManyRequests
from creneau_web.proxies import neighbourhood
from creneau_web.visit import Visit, current_visit

MINUTE = 60.0
Share = Literal["address", "subject", "subject and address", "tenant"]


class Limit(msgspec.Struct, frozen=True):
    """At most `capacity` tries that share something, coming back over `seconds`.

    A process fetches `at_once` of them in one trip to Redis.
    """

    share: Share
    capacity: int
    seconds: float
    at_once: int = 1


# A library or a town hall is one address for many: limits by address stay wide.
LIMITS: Final[Mapping[str, tuple[Limit, ...]]] = {
    # The victim comes from another address than the attacker, and still gets in.
    "sign_in": (
        Limit("subject and address", 10, 10 * MINUTE),
        Limit("address", 60, 10 * MINUTE),
    ),
    # Whoever tries codes has the password already: all addresses together get few tries. The owner
    # still comes in by a recovery code, which nobody guesses, and is told by mail.
    "second_factor": (
        Limit("subject and address", 10, 10 * MINUTE),
        Limit("subject", 60, 60 * MINUTE),
    ),
    "recovery_code": (Limit("subject and address", 10, 10 * MINUTE),),
    "forgotten": (Limit("subject", 6, 60 * MINUTE), Limit("address", 60, 60 * MINUTE)),
    "agent_link": (Limit("address", 60, 10 * MINUTE),),
    "name_look_up": (Limit("subject", 30, 10 * MINUTE), Limit("tenant", 120, 60 * MINUTE)),
    # The subject is the invited person's address: nobody's mailbox is flooded either.
    # Mistakes are many and harmless; each space sends a message.
    "sign_up": (Limit("address", 60, 60 * MINUTE),),
    "sign_up_mail": (
        Limit("subject", 6, 60 * MINUTE),
        Limit("address", 20, 60 * MINUTE),
    ),
    "sign_up_address": (Limit("address", 300, 10 * MINUTE),),
    "send_code": (
        Limit("subject", 6, 15 * MINUTE),
        Limit("address", 60, 15 * MINUTE),
        Limit("tenant", 1200, 15 * MINUTE),
    ),
    "check_code": (
        Limit("subject", 30, 60 * MINUTE),
        Limit("address", 120, 15 * MINUTE),
    ),
    "hold": (
        Limit("subject", 30, 10 * MINUTE),
        Limit("address", 300, 10 * MINUTE),
    ),
    # To a provider and back; every way there leaves a row.
    "sign_on": (Limit("address", 900, 10 * MINUTE),),
    # Mails to an address that somebody typed, and conversations with a server of their choice.
    "sender_mail": (Limit("tenant", 10, 60 * MINUTE),),
    "server_trial": (Limit("subject", 20, 60 * MINUTE), Limit("tenant", 60, 60 * MINUTE)),
    # Each costs money, and may reach a stranger's phone.
    "sms_trial": (Limit("subject", 10, 60 * MINUTE), Limit("tenant", 30, 60 * MINUTE)),
    "back_channel": (Limit("address", 1200, 10 * MINUTE),),
    # Whoever accompanies people takes time for each; a whole house of them shares an address.
    "booking_for_others": (
        Limit("subject", 30, 60 * MINUTE),
        Limit("address", 60, 60 * MINUTE),
    ),
    # Megabytes each, which those who reuse them fetch a few times an hour.
    "open_data": (Limit("address", 600, 10 * MINUTE),),
    # Behind one address of a telephone network there are thousands: only floods are refused.
    "line": (Limit("address", 3000, 10 * MINUTE),),
    # A program asks every quarter of an hour; a whole office asks from one address.
    "calendar": (Limit("subject", 120, 10 * MINUTE),),
    "calendar_unknown": (Limit("address", 60, 10 * MINUTE),),
    "calendar_access": (Limit("subject", 30, 60 * MINUTE),),
    # A first synchronisation is a few hundred requests; a telephone with a password that was ended
    # tries on and on, and must not keep its colleagues out.
    "caldav": (Limit("subject", 1200, 10 * MINUTE),),
    "caldav_password": (
        Limit("subject and address", 60, 10 * MINUTE),
        Limit("address", 300, 10 * MINUTE),
    ),
    # Each takes a printer for a moment; a reload or a second copy is fine.
    "document": (Limit("subject", 20, 10 * MINUTE), Limit("address", 120, 10 * MINUTE)),
    # An office prints many, one after the other; who lets a program print must not take the printers.
    "paper": (Limit("subject", 120, 10 * MINUTE),),
    # Each is a call to a server of somebody's choice, tried again for a day.
    "webhook_test": (Limit("subject", 30, 10 * MINUTE), Limit("tenant", 100, 10 * MINUTE)),
    "link": (Limit("address", 120, 10 * MINUTE),),
    # What a poster leads to is public, and a crowd stands before it: only floods are refused.
    "short_address": (Limit("address", 3000, 10 * MINUTE),),
    "api": (Limit("subject", 1200, MINUTE, at_once=20),),
    "api_token": (Limit("address", 60, MINUTE),),
}


async def limit(name: str, subject: str = "") -> None:
    """Count one try of `name`, on the account of `subject` and of the visitor's address.

    Args:
        name: which limits apply, a key of `LIMITS`.
        subject: whom it concerns (an e-mail address, a session, a token); kept as a digest only.

    Raises:
        TooManyRequests: With `retry_after` in seconds.
    """
    visit = current_visit.get(None)
    for rule in LIMITS[name]:
        verdict = await take(
            _key(name, rule, subject, visit),
            capacity=rule.capacity,
            per_seconds=rule.seconds,
            at_once=rule.at_once,
        )
        if not verdict.allowed:
            wait = math.ceil(verdict.retry_after)
            if visit is not None:
                visit.retry_after = wait
            raise TooManyRequests(retry_after=wait, minutes=math.ceil(wait / MINUTE))


def allowed_here(name: str, subject: str) -> bool:
    """Count one try of `name` in this process alone: for what costs next to nothing."""
    return all(
        LOCAL.take(
            _key(name, rule, subject, None), capacity=rule.capacity, per_seconds=rule.seconds
        ).allowed
        for rule in LIMITS[name]
    )


def _key(name: str, rule: Limit, subject: str, visit: Visit | None) -> str:
    parts: list[str] = []
    if rule.share != "address":
        current = current_tenant.get(None)
        parts.append(current.slug if current else "")
    if "subject" in rule.share:
        parts.append(subject)
    if "address" in rule.share:
        parts.append(neighbourhood(visit.address) if visit else "")
    # Neither addresses nor e-mails are readable in Redis.
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return f"{name}:{rule.share.replace(' ', '-')}:{digest[:32]}"
