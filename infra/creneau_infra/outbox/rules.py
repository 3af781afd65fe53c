import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Literal, get_args

Lane = Literal["prompt", "usual", "message", "slow"]
"""How a piece of work is waited for; each lane has hands of its own, so that none waits for another.

`prompt`: somebody sits before a screen and waits, as for a code. `usual`: what the house does for
itself, within milliseconds. `message`: letters and texts, of which a tenant sends so many a minute.
`slow`: calls to other people's servers, and long work.
"""

LANES: tuple[Lane, ...] = get_args(Lane)

HANDS: Mapping[Lane, int] = {"prompt": 8, "usual": 8, "message": 12, "slow": 8}
"""How many pieces of work a worker does at once in each lane."""

SHARE: Mapping[Lane, int] = {"prompt": 4, "usual": 4, "message": 6, "slow": 4}
"""How many of them may be one tenant's."""

LEASE = timedelta(seconds=120)
"""How long a row stays claimed; a killed worker's rows come back after that."""

TIME_FOR_A_HANDLER = timedelta(seconds=60)
"""Shorter than the lease, so that nobody else starts while a handler still runs."""

MOST_ATTEMPTS = 120
MOST_LAPSES = 5
"""How often in a row the worker may be lost over a piece of work, before it is set aside."""

LONGEST_WAIT = timedelta(hours=1)
LEAST_OF_A_WAIT = 0.75

SECONDS_AT_ONCE = 10
"""How many seconds' worth of a tenant's messages may leave at once, after a quiet time."""


def wait_before(attempts: int, chance: float | None = None) -> timedelta | None:
    """Tell how long to wait after the failed attempt number `attempts`; None to give up.

    Five seconds, then twice as long each time up to an hour: a mail server may stay away for a
    long week-end, over three days, before a message is given up. Up to a quarter is taken off by
    `chance`, from 0 to 1, so that what failed together does not come back together.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    drawn = random.random() if chance is None else chance  # noqa: S311 - no secret depends on it
    part = 1 - (1 - LEAST_OF_A_WAIT) * drawn
    return min(LONGEST_WAIT, timedelta(seconds=5 * 2 ** min(attempts - 1, 12))) * part


def room_for(seconds_ahead: float, per_minute: int) -> int:
    """Tell how many messages may leave now, when those that left reach `seconds_ahead` of now."""
    return max(0, int((SECONDS_AT_ONCE - seconds_ahead) * per_minute / 60 + 1e-6))


def seconds_each(per_minute: int) -> float:
    """Tell how much of the time one message takes."""
    return 60 / per_minute
