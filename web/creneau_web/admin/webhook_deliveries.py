"""What was sent to an endpoint: one delivery, a test, dead letters sent again (T-13)."""

from typing import Any, Final
from uuid import UUID

from creneau.i18n import ngettext
from creneau.refusals import Refusal
from creneau.webhooks import service as webhooks
from creneau.webhooks.errors import EndpointOff, NothingToReplay
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import reach
from creneau_web.admin import webhook_words as words
from creneau_web.admin.webhook_words import HOME
from creneau_web.admin.webhooks import RIGHT
from creneau_web.rendering import page
from creneau_web.throttling import limit

DELIVERY: Final = HOME + "/{webhook_id:uuid}/envois/{delivery_id:uuid}"


@get(DELIVERY, opt=permission(RIGHT))
async def delivery_page(webhook_id: FromPath[UUID], delivery_id: FromPath[UUID]) -> Template:
    """Show a delivery: what was sent, and what came of it."""
    return page("admin/webhook_delivery.html", **await _shown(webhook_id, delivery_id))


@get(DELIVERY + "/avancement", opt=permission(RIGHT))
async def progress(webhook_id: FromPath[UUID], delivery_id: FromPath[UUID]) -> Template:
    """Give the part of the page that changes while a delivery is under way."""
    return page("admin/webhook_progress.html", **await _shown(webhook_id, delivery_id))


@post(DELIVERY + "/renvoi", opt=permission(RIGHT), status_code=303)
async def replay(webhook_id: FromPath[UUID], delivery_id: FromPath[UUID]) -> Redirect:
    """Send a dead letter again; a second click finds it on its way."""
    reach.require_everywhere(RIGHT)
    try:
        await webhooks.replay(webhook_id, delivery_id, reach.actor())
    except (EndpointOff, NothingToReplay) as refused:
        _warn(refused)
    return Redirect(f"{HOME}/{webhook_id}/envois/{delivery_id}", status_code=303)


@post(HOME + "/{webhook_id:uuid}/renvoi", opt=permission(RIGHT), status_code=303)
async def replay_all(webhook_id: FromPath[UUID]) -> Redirect:
    """Send all dead letters of an endpoint again."""
    reach.require_everywhere(RIGHT)
    try:
        number = await webhooks.replay_all(webhook_id, reach.actor())
    except (EndpointOff, NothingToReplay) as refused:
        _warn(refused)
    else:
        said = ngettext("%(number)s envoi repart.", "%(number)s envois repartent.", number)
        flashes.add("success", said)
    return Redirect(f"{HOME}/{webhook_id}", status_code=303)


@post(HOME + "/{webhook_id:uuid}/essai", opt=permission(RIGHT), status_code=303)
async def send_test(webhook_id: FromPath[UUID]) -> Redirect:
    """Send a test, and lead to what comes of it."""
    reach.require_everywhere(RIGHT)
    await limit("webhook_test", str(reach.agent().id))
    made = await webhooks.send_test(webhook_id, reach.actor())
    return Redirect(f"{HOME}/{webhook_id}/envois/{made}", status_code=303)


async def _shown(webhook_id: UUID, delivery_id: UUID) -> dict[str, Any]:
    endpoint = await webhooks.endpoint(webhook_id)
    found = await webhooks.delivery(webhook_id, delivery_id)
    return {
        "here": f"{HOME}/{webhook_id}",
        "delivery_href": f"{HOME}/{webhook_id}/envois/{delivery_id}",
        "webhook": words.endpoint_shown(endpoint, None),
        "delivery": words.delivery_shown(found, endpoint),
        "states": words.delivery_states(),
    }


def _warn(refused: Refusal) -> None:
    flashes.add("warning", str(refused))


ROUTES: Final = (delivery_page, progress, replay, replay_all, send_test)
