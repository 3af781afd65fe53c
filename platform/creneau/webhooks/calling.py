"""One call to a receiver: ten seconds, no redirect, and nothing read but the status."""

import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from creneau_infra import clock, outgoing
from creneau_infra.sealing import unseal

from creneau.webhooks.schemas import Claimed, Failure, Outcome
from creneau.webhooks.signing import signed_headers

AGENT: Final = "Creneau-Webhooks/1"
MOST_SECONDS_AWAY: Final = 3600
ASKS_TO_WAIT: Final = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


async def call(claimed: Claimed, resolve: outgoing.Resolve = outgoing.resolved) -> Outcome:
    """Post a message, and tell what came of it; what the receiver writes back is not read."""
    began = time.monotonic()

    def told(failure: Failure, status: int | None = None, wait: int = 0) -> Outcome:
        spent = round((time.monotonic() - began) * 1000)
        return Outcome(failure=failure, status=status, milliseconds=spent, wait=wait)

    body, headers = claimed.body.encode(), _headers(claimed)
    try:
        status, answered = await outgoing.post(claimed.address, body, headers, resolve)
    except outgoing.AddressRefusedError:
        return told("refused")
    except outgoing.TooSlowError:
        return told("timeout")
    except outgoing.OutgoingError:
        return told("unreachable")
    return told(_failure(status), status, _seconds_away(status, answered))


def _headers(claimed: Claimed) -> dict[str, str]:
    sealed = (claimed.secret, claimed.previous_secret)
    given = [unseal(one) for one in sealed if one is not None]
    return {
        "content-type": "application/json",
        "user-agent": AGENT,
        **signed_headers(given, claimed.event_id, clock.now(), claimed.body),
    }


def _failure(status: int) -> Failure:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return ""
    moved = HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST
    return "redirected" if moved else "status"


def _seconds_away(status: int, answered: Mapping[str, str]) -> int:
    asked = answered.get("retry-after", "")
    if status not in ASKS_TO_WAIT or not (asked.isascii() and asked.isdigit()):
        return 0
    # No more digits than a time that is granted has.
    return min(MOST_SECONDS_AWAY, int(asked[:6]))
