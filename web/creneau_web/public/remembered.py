"""What a browser keeps to fill in the next time, sealed: who books for others types it once (D-07).

Nothing is kept of whom the booking is for. The cookie is of this host, out of reach of scripts, and
opens for the tenant that made it only.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
from creneau.context import current_tenant
from creneau.contributions import BookingFields
from creneau_infra import clock, sealing
from creneau_infra.sealing import SealBrokenError

from creneau_web import cookies
from creneau_web.visit import visit

COOKIE: Final = "fill-in"
LASTING: Final = timedelta(days=90)


class Kept(msgspec.Struct, frozen=True):
    """What the cookie holds: whose it is, until when (seconds), and the fields' values."""

    tenant_id: UUID
    until: int
    values: dict[str, str]


def known() -> dict[str, str]:
    """Give what this browser kept; nothing where it kept nothing, or its time is over."""
    sealed = cookies.get(visit(), COOKIE)
    if not sealed:
        return {}
    try:
        kept = msgspec.json.decode(sealing.unseal(sealed.encode()), type=Kept)
    except (SealBrokenError, msgspec.DecodeError, ValueError):
        return {}
    living = kept.until > clock.now().timestamp()
    return kept.values if living and kept.tenant_id == current_tenant.get().id else {}


def keep(groups: Sequence[BookingFields], values: Mapping[str, str]) -> None:
    """Keep what the groups want to be filled in the next time; what they leave out stays as it was."""
    wanted = {name: value for group in groups for name, value in group.remembered(values).items()}
    if not wanted:
        return
    until = int((clock.now() + LASTING).timestamp())
    kept = Kept(current_tenant.get().id, until, wanted)
    sealed = sealing.seal(msgspec.json.encode(kept).decode()).decode()
    cookies.put(visit(), COOKIE, sealed, seconds=int(LASTING.total_seconds()))


def forget() -> None:
    """Have the browser forget it."""
    cookies.drop(visit(), COOKIE)
