from datetime import timedelta

LEASE = timedelta(seconds=120)
"""How long a row stays claimed; a killed worker's rows come back after that."""

TIME_FOR_A_HANDLER = timedelta(seconds=60)
"""Shorter than the lease, so that nobody else starts while a handler still runs."""

MOST_ATTEMPTS = 90
LONGEST_WAIT = timedelta(hours=1)


def wait_before(attempts: int) -> timedelta | None:
    """Tell how long to wait after the failed attempt number `attempts`; None to give up.

    Five seconds, then twice as long each time up to an hour: a mail server may stay away for a
    long week-end, over three days, before a message is given up.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    return min(LONGEST_WAIT, timedelta(seconds=5 * 2 ** min(attempts - 1, 12)))
