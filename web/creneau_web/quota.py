"""A tenant's share of the interface for programs, so that no other tenant waits because of it (T-13).

Counted in this process's memory alone, which costs nothing and shields this process: with several
of them a tenant has as many shares. Pages are not counted: what visitors do has limits of its own.
"""

import math
from typing import Final

from creneau.context import current_tenant
from creneau_infra.redis.throttle import LocalBuckets

from creneau_web.auth.errors import TooManyRequests
from creneau_web.visit import visit

MINUTE: Final = 60.0
BURST: Final = 10.0
"""Seconds' worth of requests that may come at once."""
BUCKETS: Final = LocalBuckets()


def check() -> None:
    """Refuse at once, before anything is read, if the tenant has no share left.

    Raises:
        TooManyRequests: With `retry_after` in seconds.
    """
    key, capacity = _bucket()
    _refuse_for(BUCKETS.wait(key, capacity=capacity, per_seconds=BURST))


def count() -> None:
    """Count a request whose token was found: nobody spends a tenant's share without one.

    Raises:
        TooManyRequests: Others came first since `check`.
    """
    key, capacity = _bucket()
    _refuse_for(BUCKETS.take(key, capacity=capacity, per_seconds=BURST).retry_after)


def _refuse_for(seconds: float) -> None:
    if seconds:
        wait = math.ceil(seconds)
        raise TooManyRequests(retry_after=wait, minutes=math.ceil(wait / MINUTE))


def per_minute() -> int:
    """Say how many requests a tenant has each minute (`CRENEAU_TENANT_REQUESTS_PER_MINUTE`)."""
    return visit().settings.tenant_requests_per_minute


def _bucket() -> tuple[str, int]:
    return current_tenant.get().slug, max(1, math.ceil(per_minute() * BURST / MINUTE))
