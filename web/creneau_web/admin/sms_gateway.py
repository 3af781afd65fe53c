"""The SMS gateway: chosen, described, tried with an SMS to one's own phone, switched (C-80)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

import msgspec
from creneau.context import current_tenant
from creneau.contributions import SmsGateway
from creneau.i18n import gettext as _
from creneau.plugins import active
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound, Refusal
from creneau.sms import service as sms
from creneau.sms.errors import GatewayAway
from creneau.sms.gateways.http import CODE as HTTP
from creneau.sms.schemas import Connection, SmsState
from creneau_infra.sms.errors import GatewayAwayError
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import reach, saving
from creneau_web.forms import form
from creneau_web.rendering import page
from creneau_web.throttling import limit

UPDATE: Final = "sms:update"
HOME: Final = "/administration/sms"
GATEWAY: Final = f"{HOME}/passerelle"
TRIAL: Final = f"{HOME}/essai"
AnyRequest = Request[Any, Any, Any]


class ShownTrouble(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with the gateway, in a sentence, and since when by the tenant's clock."""

    sentence: str
    since: Any


def label_of(state: SmsState | None) -> str:
    """Name the gateway that was chosen; empty where there is none, or its plugin is gone."""
    found = _gateway(state.connection.gateway) if state and state.connection else None
    return _(found.label) if found else ""


def _gateway(code: str) -> SmsGateway | None:
    return next((one for one in active().sms_gateways() if one.code == code), None)


def trouble_of(state: SmsState | None) -> ShownTrouble | None:
    """Say what is wrong with the gateway in the current language."""
    if state is None or state.trouble is None:
        return None
    zone = ZoneInfo(current_tenant.get().time_zone)
    return ShownTrouble(
        sentence=_reason(state.trouble.said), since=state.trouble.since.astimezone(zone)
    )


def _reason(said: str) -> str:
    known = {
        "UnreachableError": _("Elle ne répond pas."),
        "TooSlowError": _("Elle ne répond pas à temps."),
        "NotCalledError": _("Elle n’a pas pu être appelée : vérifiez son adresse."),
        "refused": _(
            "Elle a refusé le dernier SMS. Si elle refuse aussi les suivants, vérifiez son adresse "
            "et ses réglages."
        ),
        "AddressRefusedError": _("Son adresse mène dans un réseau privé : elle n’est pas appelée."),
        "AnswerTooLargeError": _("Sa réponse est trop longue."),
        "401": _("Elle refuse le secret (HTTP 401)."),
        "403": _("Elle refuse le secret (HTTP 403)."),
        "429": _("Elle demande d’attendre (HTTP 429)."),
    }
    return known.get(said) or _("Elle répond autre chose que prévu (%(said)s).", said=said)


@get(GATEWAY, opt=permission(UPDATE))
async def gateway_page(request: AnyRequest) -> Template:
    """Ask for the gateway, then show the form with its fields."""
    reach.require_everywhere(UPDATE)
    state = await sms.state()
    current = state.connection if state else None
    asked = request.query_params.get("choix", "")
    if not asked:
        return page(
            "admin/sms_gateways.html",
            gateways=active().sms_gateways(),
            current=current.gateway if current else "",
        )
    found = _known(asked)
    own = current is not None and current.gateway == found.code
    values = dict(current.values) if own and current else dict(found.beginning())
    return await _form(found, values, state)


def _known(code: str) -> SmsGateway:
    found = _gateway(code)
    if found is None:
        raise NotFound
    return found


@post(GATEWAY, opt=permission(UPDATE))
async def connect(request: AnyRequest) -> Template | Redirect:
    """Save the gateway; it is off until an SMS has left by it."""
    reach.require_everywhere(UPDATE)
    typed = await form(request)
    found = _known(typed.text("gateway"))
    values = {field.name: typed.text(field.name) for field in found.fields}
    before = await sms.state()
    try:
        await sms.connect(
            Connection(gateway=found.code, values=values),
            reach.actor(),
            seen=saving.seen_moment(typed),
        )
    except InvalidInput as wrong:
        back = saving.SentBack(errors=wrong.fields, opened=typed.text("version"))
        return await _form(found, values, before, back)
    except ChangedMeanwhile as conflict:
        others = _differences(found, values, cast("SmsState", conflict.saved))
        return await _form(found, values, before, saving.SentBack(conflict=others))
    flashes.add("success", _("La passerelle est enregistrée. Essayez-la maintenant."))
    return Redirect(TRIAL, status_code=303)


def _differences(
    gateway: SmsGateway, values: Mapping[str, str], saved: SmsState
) -> list[saving.Difference]:
    """List what is saved now where it differs from what was typed; no secret is among it."""
    if saved.connection is None or saved.connection.gateway != gateway.code:
        return [saving.Difference(label=_("Passerelle"), saved=label_of(saved))]
    return [
        saving.Difference(label=_(field.label), saved=saved.connection.values.get(field.name, ""))
        for field in gateway.fields
        if field.name not in gateway.secrets
        and saved.connection.values.get(field.name, "") != values[field.name]
    ]


async def _form(
    gateway: SmsGateway,
    values: Mapping[str, str],
    state: SmsState | None,
    back: saving.SentBack = saving.AS_IT_STANDS,
) -> Template:
    kept = state.connection if state else None
    own = kept if kept is not None and kept.gateway == gateway.code else None
    return page(
        "admin/sms_gateway.html",
        status=back.status,
        gateway=gateway,
        values={name: text for name, text in values.items() if name not in gateway.secrets},
        kept_secrets=[name for name in gateway.secrets if own and own.values.get(name)],
        version=back.version(saving.version_of(state and state.updated_at)),
        errors={
            field.name: back.errors[field.name]
            for field in gateway.fields
            if field.name in back.errors
        },
        conflict=back.conflict,
        in_use=state is not None and state.enabled,
        placeholders=_placeholders() if gateway.code == HTTP else (),
    )


def _placeholders() -> Sequence[tuple[str, str]]:
    return (
        ("{to}", _("le numéro, comme +33612345678")),
        ("{to_digits}", _("le même sans +")),
        ("{text}", _("le texte du SMS")),
        ("{sender}", _("le nom de l’expéditeur")),
        ("{reference}", _("une référence, la même à chaque nouvelle tentative")),
        ("{secret}", _("le secret, dans un en-tête ou dans ce qui est envoyé")),
    )


@get(TRIAL, opt=permission(UPDATE))
async def trial_page() -> Template:
    """Ask for one's own number."""
    reach.require_everywhere(UPDATE)
    return await _trial()


@post(TRIAL, opt=permission(UPDATE))
async def try_out(request: AnyRequest) -> Template | Redirect:
    """Send an SMS to one's own phone; what the gateway answered is shown when it does not work."""
    reach.require_everywhere(UPDATE)
    number = (await form(request)).text("to")
    await limit("sms_trial", str(reach.agent().id))
    try:
        await sms.try_out(number, reach.actor())
    except InvalidInput as wrong:
        return await _trial(number=number, errors=wrong.fields, status=wrong.status)
    except Refusal as refused:
        said = str(refused.details.get("said", ""))
        return await _trial(number=number, refusal=str(refused), said=said, status=refused.status)
    except GatewayAwayError as away:
        refusal = f"{GatewayAway()} {_reason(str(away))}"
        return await _trial(number=number, refusal=refusal, said=away.said, status=503)
    except Exception as error:  # noqa: BLE001 - whatever a plugin's gateway raises, by its class
        refusal = f"{GatewayAway()} {_reason(type(error).__name__)}"
        return await _trial(number=number, refusal=refusal, status=503)
    flashes.add("success", _("La passerelle a pris le SMS d’essai. Regardez votre téléphone."))
    return Redirect(HOME, status_code=303)


async def _trial(
    *,
    number: str = "",
    errors: Mapping[str, str] | None = None,
    refusal: str = "",
    said: str = "",
    status: int = 200,
) -> Template:
    state = await sms.state()
    return page(
        "admin/sms_trial.html",
        status=status,
        state=state,
        gateway=label_of(state),
        number=number,
        errors=errors or {},
        refusal=refusal,
        said=said,
    )


@post(f"{HOME}/activation", opt=permission(UPDATE), status_code=303)
async def switch(request: AnyRequest) -> Redirect:
    """Switch the gateway on, once it was tried, or off."""
    reach.require_everywhere(UPDATE)
    on = (await form(request)).text("on") == "yes"
    try:
        await sms.switch(reach.actor(), on=on)
    except Refusal as refused:
        flashes.add("danger", str(refused))
        return Redirect(HOME, status_code=303)
    said = _("Les SMS sont en service.") if on else _("Les SMS sont coupés : plus aucun ne part.")
    flashes.add("success", said)
    return Redirect(HOME, status_code=303)


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    gateway_page,
    connect,
    trial_page,
    try_out,
    switch,
)
