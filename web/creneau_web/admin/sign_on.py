"""Single sign-on: its providers, set up, tested, switched and deleted (T-06)."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.organisations import service as organisations
from creneau.plugins import installed
from creneau.refusals import ChangedMeanwhile, InvalidInput, Refusal
from creneau.roles import service as roles
from creneau.roles.rules import display_name, given_by
from creneau_tenants.sign_on import service as sign_on
from creneau_tenants.sign_on.errors import SignOnRefused
from creneau_tenants.sign_on.profiles import ALGORITHMS, PROFILES
from creneau_tenants.sign_on.schemas import FIELDS, Provider, ProviderSettings
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import reach, saving
from creneau_web.admin.sign_on_list import LIST, UPDATE
from creneau_web.admin.sign_on_list import ROUTES as LISTING
from creneau_web.admin.sign_on_values import (
    beginning,
    differences,
    labels,
    profile_name,
    seen_version,
    shown,
    typed_settings,
    version_of,
)
from creneau_web.auth.sso.starting import way_to
from creneau_web.forms import form
from creneau_web.rendering import page
from creneau_web.throttling import limit

ONE: Final = f"{LIST}/{{provider_id:uuid}}"
# Those that come right with the profile, folded away until one of them is wrong.
TECHNICAL: Final = frozenset(
    {"scopes", "acr_values", "algorithms", *(f"claim_{name}" for name in FIELDS)}
)
# As they stand on the page, so that the summary of what is wrong reads from top to bottom.
ORDER: Final = (
    *("label", "audience", "issuer", "client_id", "secret", "scopes", "acr_values"),
    *("algorithms", *(f"claim_{name}" for name in FIELDS), "creates_agents"),
    *("default_organisation_id", "default_service_id", "default_role_id"),
    *("admitted_claim", "admitted_values", "sole"),
)
AnyRequest = Request[Any, Any, Any]


@get(f"{LIST}/nouveau", opt=permission(UPDATE))
async def new_page(request: AnyRequest) -> Template:
    """Ask for the kind of provider, then show the form that it begins with."""
    reach.require_everywhere(UPDATE)
    asked = request.query_params.get("profil", "")
    if not asked:
        return page("admin/sign_on_profiles.html", profiles=PROFILES)
    return await _form(shown(beginning(profile_name(asked))))


@post(f"{LIST}/nouveau", opt=permission(UPDATE))
async def create(request: AnyRequest) -> Template | Redirect:
    """Add a provider; it is switched on once it was tested."""
    reach.require_everywhere(UPDATE)
    typed = await form(request)
    settings = typed_settings(typed, profile_name(typed.text("profile")))
    try:
        await _refuse_giving_more(settings)
        created = await sign_on.add(settings, typed.text("secret"), reach.actor())
    except (InvalidInput, SignOnRefused) as wrong:
        return await _form(shown(settings), refusal=wrong)
    flashes.add(
        "success", _("« %(label)s » est ajouté. Testez-le maintenant.", label=settings.label)
    )
    return Redirect(f"{LIST}/{created}/essai", status_code=303)


async def _refuse_giving_more(settings: ProviderSettings) -> None:
    """Let nobody give new agents, through a role, rights that they do not hold themselves."""
    role_id, place = settings.default_role_id, settings.default_organisation_id
    found = next((one for one in await roles.roles() if one.id == role_id), None)
    if found is None or place is None:
        return
    wanted = given_by(found, installed().permissions())
    if found.code == "administrator" or reach.rights().lacking(wanted, place):
        raise InvalidInput(
            {"default_role_id": _("Choisissez un rôle courant : celui-ci se donne à la main.")}
        )


@get(ONE, opt=permission(UPDATE))
async def edit_page(provider_id: FromPath[UUID]) -> Template:
    """Show a provider's form."""
    found = await _provider(provider_id)
    return await _form(shown(found), found)


async def _provider(provider_id: UUID) -> Provider:
    reach.require_everywhere(UPDATE)
    return await sign_on.provider(provider_id)


@post(ONE, opt=permission(UPDATE))
async def save(request: AnyRequest, provider_id: FromPath[UUID]) -> Template | Redirect:
    """Save a provider; a changed connection is off until it was tested again."""
    before = await _provider(provider_id)
    typed = await form(request)
    settings = typed_settings(typed, before.profile)
    try:
        await _refuse_giving_more(settings)
        after = await sign_on.change(
            provider_id,
            settings,
            typed.text("secret"),
            reach.actor(),
            seen=seen_version(typed),
        )
    except (InvalidInput, SignOnRefused) as wrong:
        opened = typed.text("version")
        return await _form(shown(settings), before, refusal=wrong, opened=opened)
    except ChangedMeanwhile:
        others = differences(settings, before)
        return await _form(shown(settings), before, conflict=others)
    flashes.add("success", saving.said_what_changed(before, after, labels()))
    if before.enabled and not after.enabled:
        flashes.add("warning", _("La connexion a changé : testez-la pour la remettre en service."))
    return Redirect(f"{LIST}/{provider_id}", status_code=303)


async def _form(
    values: Mapping[str, Any],
    provider: Provider | None = None,
    *,
    refusal: Refusal | None = None,
    conflict: object = None,
    opened: str | None = None,
) -> Template:
    profile = values["profile"]
    errors = refusal.fields if isinstance(refusal, InvalidInput) else {}
    fixed = PROFILES[profile].algorithms_fixed
    slug = current_tenant.get().slug
    return page(
        "admin/sign_on_form.html",
        status=refusal.status if refusal else 409 if conflict is not None else 200,
        values=values,
        provider=provider,
        profile=PROFILES[profile],
        version=opened or (version_of(provider) if provider else ""),
        errors=dict(sorted(errors.items(), key=lambda wrong: ORDER.index(wrong[0]))),
        technical_open=not TECHNICAL.isdisjoint(errors),
        refusal=str(refusal) if refusal and not errors else "",
        conflict=conflict,
        algorithms=[(one, one) for one in (PROFILES[profile].algorithms if fixed else ALGORITHMS)],
        callback=sign_on.callback_of(slug),
        signed_out=sign_on.signed_out_url(),
        back_channel=sign_on.back_channel_of(slug, provider.id) if provider else "",
        last=await saving.last_change("identity_provider", provider.id) if provider else None,
        **await _choices(),
    )


async def _choices() -> dict[str, Any]:
    return {
        "organisations": [(str(one.id), one.name) for one in await organisations.organisations()],
        "services": [(str(one.id), one.name) for one in await organisations.services()],
        "roles": [
            (str(one.id), display_name(one))
            for one in await roles.roles()
            if one.code != "administrator"
        ],
    }


@get(f"{ONE}/essai", opt=permission(UPDATE))
async def test_page(provider_id: FromPath[UUID]) -> Template:
    """Say what a test does, and how the last one went."""
    return page("admin/sign_on_test.html", **_test_context(await _provider(provider_id)))


def _test_context(found: Provider, **more: Any) -> dict[str, Any]:
    slug = current_tenant.get().slug
    return {
        "provider": found,
        "callback": sign_on.callback_of(slug),
        "metadata": None,
        "url": "",
        "refusal": "",
        "unsupported": (),
        **more,
    }


@post(f"{ONE}/essai", opt=permission(UPDATE), status_code=200)
async def test(request: AnyRequest, provider_id: FromPath[UUID]) -> Template:
    """Ask the provider what it says of itself, then lead on to a whole round trip."""
    found = await _provider(provider_id)
    await limit("sign_on")
    try:
        metadata = await sign_on.discover(found)
        url = await way_to(request, found, "test", f"{LIST}/{provider_id}", reach.agent().id)
    except SignOnRefused as refusal:
        context = _test_context(found, refusal=str(refusal))
        return page("admin/sign_on_test.html", status=refusal.status, **context)
    return page(
        "admin/sign_on_test.html",
        **_test_context(
            found,
            metadata=metadata,
            url=url,
            unsupported=sign_on.unsupported(found, metadata),
        ),
    )


@post(f"{ONE}/activation", opt=permission(UPDATE))
async def switch(request: AnyRequest, provider_id: FromPath[UUID]) -> Template | Redirect:
    """Switch a provider on, once it was tested, or off."""
    found = await _provider(provider_id)
    on = (await form(request)).text("on") == "yes"
    try:
        await sign_on.switch(provider_id, reach.actor(), on=on)
    except SignOnRefused as refusal:
        return await _form(shown(found), found, refusal=refusal)
    said = (
        _("« %(label)s » est en service.", label=found.label)
        if on
        else _("« %(label)s » est coupé : personne n’entre plus par lui.", label=found.label)
    )
    flashes.add("success", said)
    return Redirect(f"{LIST}/{provider_id}", status_code=303)


@get(f"{ONE}/suppression", opt=permission(UPDATE))
async def removal_page(provider_id: FromPath[UUID]) -> Template:
    """Say what a deletion touches."""
    found = await _provider(provider_id)
    return page(
        "admin/sign_on_removal.html", provider=found, touched=await sign_on.touched(provider_id)
    )


@post(f"{ONE}/suppression", opt=permission(UPDATE), status_code=303)
async def remove(provider_id: FromPath[UUID]) -> Redirect:
    """Delete a provider with what belongs to it."""
    await _provider(provider_id)
    found = await sign_on.remove(provider_id, reach.actor())
    flashes.add("success", _("« %(label)s » est supprimé.", label=found.label))
    return Redirect(LIST, status_code=303)


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    *LISTING,
    new_page,
    create,
    edit_page,
    save,
    test_page,
    test,
    switch,
    removal_page,
    remove,
)
