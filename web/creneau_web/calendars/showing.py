"""What the pages of agents and of persons show of the ways into a calendar."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from creneau.calendars.schemas import Access
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from litestar.response import Template

from creneau_web import qr_codes
from creneau_web.calendars.caldav.tree import HOME as CALDAV
from creneau_web.calendars.feeds import address_of
from creneau_web.rendering import page
from creneau_web.visit import visit

SHOWN_ONCE: Final = {"cache-control": "no-store"}


class ShownAccess(msgspec.Struct, frozen=True, kw_only=True):
    """A way into a calendar; times are local to the tenant."""

    access: Access
    said: str
    made_at: datetime
    read_at: datetime | None


def shown(found: Sequence[Access]) -> list[ShownAccess]:
    """Show accesses as their owner reads them."""
    said = {
        "motive": _("Le motif seulement"),
        "initials": _("Les initiales et le motif"),
        "name": _("Le nom et le motif"),
    }
    return [
        ShownAccess(
            access=one,
            said=said[one.detail],
            made_at=local(one.created_at),
            read_at=local(one.read_at) if one.read_at else None,
        )
        for one in found
    ]


def local(moment: datetime) -> datetime:
    """Bring a moment into the tenant's time zone."""
    return moment.astimezone(ZoneInfo(current_tenant.get().time_zone))


def made_page(template: str, access: Access | None, name: str, secret: str) -> Template:
    """Show a secret this once: an address to subscribe to, or what an application asks for.

    `access` is the renewed one; None: it was made a moment ago.
    """
    address = address_of(secret)
    subscribed = f"webcal://{address.partition('://')[2]}"
    answer = page(
        template,
        name=name,
        renewed=access is not None,
        address=address,
        subscribed=subscribed,
        picture=qr_codes.on_screen(subscribed),
        password=secret,
        server=f"{visit().origin}{CALDAV}/",
    )
    answer.headers.update(SHOWN_ONCE)
    return answer
