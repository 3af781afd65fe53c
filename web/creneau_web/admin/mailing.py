"""The sender of a tenant's mails: its address, its own mail server (C-80)."""

from collections.abc import Mapping
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.refusals import ChangedMeanwhile, InvalidInput, Refusal
from creneau_infra.mail.building import address as parsed
from creneau_tenants.mailing import jobs, service
from creneau_tenants.mailing.rules import reasons, uses_own
from creneau_tenants.mailing.schemas import MailState, Security, ServerSettings
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import reach, saving
from creneau_web.forms import Form, form
from creneau_web.rendering import page
from creneau_web.throttling import limit
from creneau_web.visit import visit

UPDATE: Final = "mail:update"
HOME: Final = "/administration/expediteur"
FORMS: Final = ("address", "server")
ORDER: Final = ("address", "host", "port", "security", "username", "password")
AnyRequest = Request[Any, Any, Any]


@get(HOME, opt=permission(UPDATE))
async def mailing_page() -> Template:
    """Show from which address mails come, and by which server they leave."""
    reach.require_everywhere(UPDATE)
    return await _page()


@post(f"{HOME}/adresse", opt=permission(UPDATE))
async def save_address(request: AnyRequest) -> Template | Redirect:
    """Take another address, and ask whoever reads it."""
    reach.require_everywhere(UPDATE)
    typed = await form(request)
    await limit("sender_mail")
    values = {"address": typed.text("address")}
    before = await service.state()
    try:
        address = await service.choose_address(
            values["address"], reach.actor(), seen=saving.seen_moment(typed)
        )
    except InvalidInput as wrong:
        back = saving.SentBack(errors=wrong.fields, opened=typed.text("version"))
        return await _page(values, back)
    except ChangedMeanwhile as conflict:
        saved = cast("MailState", conflict.saved)
        others = [saving.Difference(label=_("Adresse de l’expéditeur"), saved=saved.address)]
        return await _page(values, saving.SentBack(conflict=others))
    if before.address == address:
        flashes.add("info", _("Rien n’a changé."))
    elif address:
        flashes.add("success", _("Un e-mail est parti à %(address)s.", address=address))
    else:
        flashes.add("success", _("Vos e-mails viennent de nouveau de la plateforme."))
    return Redirect(HOME, status_code=303)


@post(f"{HOME}/confirmation", opt=permission(UPDATE), status_code=303)
async def ask_again() -> Redirect:
    """Send the mail with the link once more."""
    reach.require_everywhere(UPDATE)
    await limit("sender_mail")
    try:
        await service.ask_again(reach.actor())
    except Refusal as refused:
        flashes.add("warning", str(refused))
    else:
        flashes.add("success", _("L’e-mail de confirmation est reparti."))
    return Redirect(HOME, status_code=303)


@post(f"{HOME}/serveur", opt=permission(UPDATE))
async def save_server(request: AnyRequest) -> Template | Redirect:
    """Take another server; it is off until a mail has left by it."""
    reach.require_everywhere(UPDATE)
    typed = await form(request)
    values = {name: typed.text(name) for name in ORDER[1:-1]}
    settings = _server_of(typed)
    try:
        before = await service.set_server(
            settings, typed.text("password"), reach.actor(), seen=saving.seen_moment(typed)
        )
    except InvalidInput as wrong:
        back = saving.SentBack(errors=wrong.fields, opened=typed.text("version"))
        return await _page(values, back)
    except ChangedMeanwhile as conflict:
        saved = cast("MailState", conflict.saved).server or ServerSettings(host="")
        others = saving.differences(settings, saved, _labels())
        return await _page(values, saving.SentBack(conflict=others))
    after = await service.state()
    flashes.add("success", _("Les réglages du serveur sont enregistrés."))
    if before.enabled and not after.enabled:
        flashes.add("warning", _("Le serveur a changé : testez-le pour le remettre en service."))
    return Redirect(HOME, status_code=303)


def _server_of(typed: Form) -> ServerSettings:
    port = typed.text("port")
    known = port.isascii() and port.isdecimal() and len(port) <= len("65535")
    return ServerSettings(
        host=typed.text("host"),
        port=int(port) if known else 0,
        security=cast("Security", typed.text("security")),
        username=typed.text("username"),
    )


@get(f"{HOME}/serveur/suppression", opt=permission(UPDATE))
async def removal_page() -> Template:
    """Say what is forgotten with the server."""
    reach.require_everywhere(UPDATE)
    return page("admin/mailing_removal.html", state=await service.state())


@post(f"{HOME}/serveur/suppression", opt=permission(UPDATE), status_code=303)
async def forget_server() -> Redirect:
    """Forget the server and its password."""
    reach.require_everywhere(UPDATE)
    await service.forget_server(reach.actor())
    flashes.add("success", _("Votre serveur est oublié : les e-mails partent par la plateforme."))
    return Redirect(HOME, status_code=303)


@post(f"{HOME}/essai", opt=permission(UPDATE))
async def try_out() -> Template | Redirect:
    """Send a mail through the server to whoever asks, and say at once whether it was taken."""
    reach.require_everywhere(UPDATE)
    agent = reach.agent()
    await limit("server_trial", str(agent.id))
    try:
        tested = await service.to_test()
        await jobs.send_trial(tested, agent.email, visit().settings.mail_sender)
    except Refusal as refused:
        return await _page(refused=refused)
    await service.mark_tested(tested, reach.actor())
    flashes.add("success", _("Le serveur a pris un e-mail d’essai pour %(to)s.", to=agent.email))
    return Redirect(HOME, status_code=303)


@post(f"{HOME}/activation", opt=permission(UPDATE), status_code=303)
async def switch(request: AnyRequest) -> Redirect:
    """Have mails leave by the tenant's own server, or by the platform's."""
    reach.require_everywhere(UPDATE)
    on = (await form(request)).text("on") == "yes"
    try:
        await service.switch(reach.actor(), on=on)
    except Refusal as refused:
        flashes.add("danger", str(refused))
        return Redirect(HOME, status_code=303)
    said = (
        _("Vos e-mails partent maintenant par votre serveur.")
        if on
        else _("Vos e-mails partent maintenant par la plateforme.")
    )
    flashes.add("success", said)
    return Redirect(HOME, status_code=303)


async def _page(
    values: Mapping[str, str] | None = None,
    back: saving.SentBack = saving.AS_IT_STANDS,
    *,
    refused: Refusal | None = None,
) -> Template:
    """Show both forms; `values` are those of the one that comes back."""
    state = await service.state()
    now, sent = saving.version_of(state.updated_at), values or {}
    zone = ZoneInfo(current_tenant.get().time_zone)
    return page(
        "admin/mailing.html",
        status=refused.status if refused else back.status,
        state=state,
        own=uses_own(state),
        values={**_shown(state), **sent},
        versions={name: back.version(now) if name in sent else now for name in FORMS},
        errors={name: back.errors[name] for name in ORDER if name in back.errors},
        conflict=back.conflict,
        refusal=str(refused) if refused else "",
        trouble=reasons()[state.trouble] if state.trouble else "",
        trouble_since=state.trouble_since.astimezone(zone) if state.trouble_since else None,
        platform=parsed(visit().settings.mail_sender).addr_spec,
        name=_sender_name(),
        my_address=reach.agent().email,
        last=await saving.last_change("mail_setting", current_tenant.get().id),
    )


def _sender_name() -> str:
    directory = visit().directory
    tenant = current_tenant.get()
    return (directory.branding.sender_name if directory else "") or tenant.name


def _shown(state: MailState) -> dict[str, str]:
    return {
        "address": state.address,
        "host": state.host,
        "port": str(state.port),
        "security": state.security,
        "username": state.username,
    }


def _labels() -> dict[str, str]:
    return {
        "host": _("Nom du serveur"),
        "port": _("Port"),
        "security": _("Chiffrement"),
        "username": _("Identifiant de connexion"),
    }


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    mailing_page,
    save_address,
    ask_again,
    save_server,
    removal_page,
    forget_server,
    try_out,
    switch,
)
