"""Webhooks: who is told of what, stopped, tried, given another secret, removed (T-13)."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau.i18n import gettext as _
from creneau.refusals import ChangedMeanwhile, InvalidInput
from creneau.webhooks import service as webhooks
from creneau.webhooks.rules import CHOICES
from creneau.webhooks.schemas import Endpoint, EndpointDraft
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes, lists
from creneau_web.access import permission
from creneau_web.admin import reach, saving
from creneau_web.admin import webhook_words as words
from creneau_web.admin.webhook_words import HOME, DeliveryRow, EndpointRow
from creneau_web.forms import Form, form
from creneau_web.rendering import page

RIGHT: Final = "webhook:update"
LONGEST_VERSION: Final = 9
AnyRequest = Request[Any, Any, Any]


@get(HOME, opt=permission(RIGHT))
async def webhooks_page() -> Template | Redirect:
    """List who is told of events."""
    return await lists.list_page(
        "admin/webhooks.html", await _arranged(), states=words.endpoint_states()
    )


async def _arranged() -> lists.Listing[EndpointRow]:
    counts = await webhooks.counts()
    rows = [words.endpoint_row(one, counts.get(one.id)) for one in await webhooks.endpoints()]
    return lists.arranged(
        rows, _columns(), words_label=_("Adresse"), text_of=lambda row: row.address
    )


async def _export() -> lists.Export:
    return lists.exported("webhooks", _("Webhooks"), await _arranged())


def _columns() -> list[lists.Column[EndpointRow]]:
    return [
        lists.Column(name="adresse", label=_("Adresse"), key=lambda row: row.address),
        lists.Column(
            name="evenements",
            label=_("Prévenu quand"),
            cell=lambda row: ", ".join(row.events),
        ),
        lists.Column(
            name="etat",
            label=_("État"),
            key=lambda row: row.state,
            cell=lambda row: words.endpoint_states().get(row.state, row.state),
        ),
        lists.Column(name="echecs", label=_("Échecs"), key=lambda row: row.dead, number=True),
        lists.Column(
            name="arrive", label=_("Dernier arrivé"), key=lambda row: row.last_delivered_at
        ),
    ]


@get(f"{HOME}/nouveau", opt=permission(RIGHT))
async def new_page() -> Template:
    """Show the empty form."""
    return _form(EndpointDraft(address="", events=CHOICES))


@post(f"{HOME}/nouveau", opt=permission(RIGHT), status_code=200)
async def create(request: AnyRequest) -> Template:
    """Have an address told of events, and show its secret this once."""
    reach.require_everywhere(RIGHT)
    typed = _typed(await form(request))
    try:
        made, secret = await webhooks.create(typed, reach.actor())
    except InvalidInput as refused:
        return _form(typed, wrong=refused.fields)
    return _secret_shown(made, secret, fresh=True)


@get(HOME + "/{webhook_id:uuid}", opt=permission(RIGHT))
async def webhook_page(webhook_id: FromPath[UUID]) -> Template | Redirect:
    """Show how an endpoint stands, and what was sent to it."""
    found = await webhooks.endpoint(webhook_id)
    counts = (await webhooks.counts()).get(webhook_id)
    return await lists.list_page(
        "admin/webhook.html",
        await _deliveries(found),
        here=f"{HOME}/{webhook_id}",
        webhook=words.endpoint_shown(found, counts),
        endpoint_states=words.endpoint_states(),
        states=words.delivery_states(),
        last=await saving.last_change("webhook", webhook_id),
    )


@post(HOME + "/{webhook_id:uuid}/export", opt=permission(RIGHT), status_code=200)
async def export_deliveries(request: AnyRequest, webhook_id: FromPath[UUID]) -> lists.Exporting:
    """Write what was sent to an endpoint into a file."""
    found = await _deliveries(await webhooks.endpoint(webhook_id))
    return await lists.sent(request, lists.exported("envois", _("Envois"), found))


async def _deliveries(found: Endpoint) -> lists.Listing[DeliveryRow]:
    rows = [words.delivery_row(one, found) for one in await webhooks.deliveries(found.id)]
    return lists.arranged(
        rows, _delivery_columns(), choices=[_state_choice(words.delivery_states())]
    )


def _delivery_columns() -> list[lists.Column[DeliveryRow]]:
    return [
        lists.Column(
            name="evenement",
            label=_("Événement"),
            key=lambda row: row.event,
            cell=lambda row: row.label,
        ),
        lists.Column(
            name="etat",
            label=_("État"),
            key=lambda row: row.state,
            cell=lambda row: words.delivery_states().get(row.state, row.state),
        ),
        lists.Column(name="quand", label=_("Noté"), key=lambda row: row.at),
        lists.Column(name="reponse", label=_("Réponse"), cell=lambda row: row.answer),
        lists.Column(name="essais", label=_("Essais"), key=lambda row: row.attempts, number=True),
        lists.Column(name="prochain", label=_("Prochain essai"), key=lambda row: row.next_try),
    ]


def _state_choice(states: Mapping[str, str]) -> lists.Choice[DeliveryRow]:
    return lists.Choice(
        name="etat",
        label=_("État"),
        options=tuple(states.items()),
        value_of=lambda row: row.state,
    )


@get(HOME + "/{webhook_id:uuid}/modification", opt=permission(RIGHT))
async def edit_page(webhook_id: FromPath[UUID]) -> Template:
    """Show an endpoint's form."""
    found = await webhooks.endpoint(webhook_id)
    return _form(_draft_of(found), found=found)


@post(HOME + "/{webhook_id:uuid}/modification", opt=permission(RIGHT), status_code=303)
async def save(request: AnyRequest, webhook_id: FromPath[UUID]) -> Template | Redirect:
    """Save an endpoint."""
    reach.require_everywhere(RIGHT)
    found = await webhooks.endpoint(webhook_id)
    sent = await form(request)
    typed = _typed(sent)
    try:
        before = await webhooks.update(webhook_id, typed, _version(sent), reach.actor())
    except InvalidInput as refused:
        return _form(typed, found=found, wrong=refused.fields, version=sent.text("version"))
    except ChangedMeanwhile as conflict:
        stands = msgspec.convert(conflict.saved, Endpoint)
        others = saving.differences(_compared(typed), _compared(_draft_of(stands)), _labels())
        return _form(typed, found=stands, conflict=others)
    after = _compared(_draft_of(await webhooks.endpoint(webhook_id)))
    said = saving.said_what_changed(_compared(_draft_of(before)), after, _labels())
    flashes.add("success", said)
    return Redirect(f"{HOME}/{webhook_id}", status_code=303)


@post(HOME + "/{webhook_id:uuid}/pause", opt=permission(RIGHT), status_code=303)
async def pause(webhook_id: FromPath[UUID]) -> Redirect:
    """Stop telling an endpoint."""
    reach.require_everywhere(RIGHT)
    await webhooks.pause(webhook_id, reach.actor())
    flashes.add("success", _("Ce webhook est en pause : plus rien ne lui est envoyé."))
    return Redirect(f"{HOME}/{webhook_id}", status_code=303)


@post(HOME + "/{webhook_id:uuid}/reprise", opt=permission(RIGHT), status_code=303)
async def resume(webhook_id: FromPath[UUID]) -> Redirect:
    """Tell an endpoint again."""
    reach.require_everywhere(RIGHT)
    await webhooks.resume(webhook_id, reach.actor())
    flashes.add("success", _("Ce webhook est en service."))
    return Redirect(f"{HOME}/{webhook_id}", status_code=303)


@get(HOME + "/{webhook_id:uuid}/secret", opt=permission(RIGHT))
async def secret_page(webhook_id: FromPath[UUID]) -> Template:
    """Say what another secret means, and ask."""
    found = await webhooks.endpoint(webhook_id)
    return page(
        "admin/webhook_rotation.html",
        here=f"{HOME}/{webhook_id}",
        webhook=words.endpoint_shown(found, None),
        version=found.version,
    )


@post(HOME + "/{webhook_id:uuid}/secret", opt=permission(RIGHT), status_code=200)
async def rotate(request: AnyRequest, webhook_id: FromPath[UUID]) -> Template | Redirect:
    """Give an endpoint another secret, and show it this once."""
    reach.require_everywhere(RIGHT)
    sent = await form(request)
    try:
        secret = await webhooks.rotate(webhook_id, _version(sent), reach.actor())
    except ChangedMeanwhile:
        flashes.add("warning", _("Ce webhook vient d’être modifié : son secret reste le même."))
        return Redirect(f"{HOME}/{webhook_id}/secret", status_code=303)
    return _secret_shown(webhook_id, secret, fresh=False)


@get(HOME + "/{webhook_id:uuid}/suppression", opt=permission(RIGHT))
async def removal_page(webhook_id: FromPath[UUID]) -> Template:
    """Ask once more before an endpoint is removed."""
    found = await webhooks.endpoint(webhook_id)
    counts = (await webhooks.counts()).get(webhook_id)
    return page(
        "admin/webhook_removal.html",
        here=f"{HOME}/{webhook_id}",
        webhook=words.endpoint_shown(found, counts),
    )


@post(HOME + "/{webhook_id:uuid}/suppression", opt=permission(RIGHT), status_code=303)
async def remove(webhook_id: FromPath[UUID]) -> Redirect:
    """Remove an endpoint."""
    reach.require_everywhere(RIGHT)
    await webhooks.remove(webhook_id, reach.actor())
    flashes.add("success", _("Le webhook est retiré : cette adresse ne reçoit plus rien."))
    return Redirect(HOME, status_code=303)


def _typed(sent: Form) -> EndpointDraft:
    return EndpointDraft(
        address=sent.text("address"),
        description=sent.text("description"),
        events=sent.texts("events"),
    )


def _version(sent: Form) -> int:
    text = sent.text("version")
    known = text.isascii() and text.isdigit() and len(text) <= LONGEST_VERSION
    return int(text) if known else 0


def _draft_of(found: Endpoint) -> EndpointDraft:
    return EndpointDraft(address=found.address, description=found.description, events=found.events)


def _compared(draft: EndpointDraft) -> dict[str, str]:
    names = words.event_names()
    chosen = [names[event] for event in CHOICES if event in draft.events]
    return {
        "address": draft.address,
        "description": draft.description,
        "events": ", ".join(chosen),
    }


def _labels() -> dict[str, str]:
    return {
        "address": _("Adresse"),
        "description": _("Description"),
        "events": _("Événements"),
    }


def _form(
    typed: EndpointDraft,
    *,
    found: Endpoint | None = None,
    wrong: Mapping[str, str] | None = None,
    conflict: list[saving.Difference] | None = None,
    version: str = "",
) -> Template:
    labels = words.event_labels()
    return page(
        "admin/webhook_form.html",
        status=409 if conflict is not None else 422 if wrong else 200,
        here=f"{HOME}/{found.id}" if found else HOME,
        found=found,
        version=version or (found.version if found else ""),
        typed=typed,
        events=[(event, labels[event], event) for event in CHOICES],
        wrong=wrong or {},
        conflict=conflict,
    )


def _secret_shown(webhook_id: UUID, secret: str, *, fresh: bool) -> Template:
    answer = page(
        "admin/webhook_secret.html", here=f"{HOME}/{webhook_id}", secret=secret, fresh=fresh
    )
    answer.headers["cache-control"] = "no-store"
    return answer


ROUTES: Final = (
    webhooks_page,
    lists.export_route(HOME, RIGHT, _export),
    export_deliveries,
    new_page,
    create,
    webhook_page,
    edit_page,
    save,
    pause,
    resume,
    secret_page,
    rotate,
    removal_page,
    remove,
)
