"""How the tenant looks: prepared as a draft, seen on the public pages, published (T-04)."""

from collections.abc import Mapping
from typing import Any, Final

from creneau.i18n import gettext as _
from creneau.refusals import ChangedMeanwhile, InvalidInput
from creneau_tenants.colours import readable_on_paper
from creneau_tenants.looks import service as looks
from creneau_tenants.looks.rules import look_version
from creneau_tenants.looks.schemas import Draft, Look
from creneau_tenants.schemas import Branding
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import errors, flashes, previews
from creneau_web.access import permission, public
from creneau_web.admin import reach, saving
from creneau_web.branding import logo_path
from creneau_web.forms import Form, form
from creneau_web.rendering import page
from creneau_web.visit import visit

HOME: Final = "/administration/apparence"
RIGHT: Final = "tenant:update"
LARGEST_UPLOAD: Final = 25_000_000
TEXTS: Final = ("brand", "public_text", "legal_notice", "footer", "sender_name", "phone")
YEAR: Final = 365 * 24 * 3600
AnyRequest = Request[Any, Any, Any]


@get(HOME, opt=permission(RIGHT))
async def look_page() -> Template:
    """Show the draft, or what is published where there is none."""
    return await _page(await looks.draft())


@post(HOME, opt=permission(RIGHT), status_code=200)
async def save_draft(request: AnyRequest) -> Template | Redirect:
    """Keep the draft, and go on to see it on the public pages if asked to."""
    reach.require_everywhere(RIGHT)
    typed = await form(request)
    try:
        await looks.save_draft(_look_of(typed), seen=_seen(typed))
    except InvalidInput as refused:
        return await _page(await looks.draft(), typed=typed, wrong=refused.fields)
    except ChangedMeanwhile:
        return await _page(await looks.draft(), typed=typed, conflict=True)
    if typed.text("then") == "preview":
        previews.begin()
        return Redirect("/", status_code=303)
    flashes.add("success", _("Le brouillon est enregistré. Personne d’autre ne le voit encore."))
    return Redirect(HOME, status_code=303)


@post(f"{HOME}/publication", opt=permission(RIGHT), status_code=303)
async def publish() -> Redirect:
    """Show the draft to everybody."""
    reach.require_everywhere(RIGHT)
    changed = await looks.publish_draft(reach.actor())
    previews.end()
    names = _labels()
    said = ", ".join(names[field].lower() for field in changed if field in names)
    if said:
        flashes.add("success", _("Publié. Modifié : %(fields)s.", fields=said))
    else:
        flashes.add("info", _("Rien n’a changé."))
    return Redirect(HOME, status_code=303)


@post(f"{HOME}/abandon", opt=permission(RIGHT), status_code=303)
async def drop_draft() -> Redirect:
    """Give the draft up."""
    reach.require_everywhere(RIGHT)
    await looks.drop_draft()
    previews.end()
    flashes.add("success", _("Le brouillon est abandonné. La page publique n’a pas changé."))
    return Redirect(HOME, status_code=303)


@post(f"{HOME}/apercu", opt=permission(RIGHT), status_code=303)
async def begin_preview() -> Redirect:
    """Go and see the public pages in the draft."""
    reach.require_everywhere(RIGHT)
    previews.begin()
    return Redirect("/", status_code=303)


@post("/apercu/fin", opt=public(), status_code=303)
async def end_preview() -> Redirect:
    """Come back from the preview."""
    previews.end()
    return Redirect(HOME, status_code=303)


def _too_large(request: AnyRequest, error: HTTPException) -> Response[Any]:
    if error.status_code != 413:  # noqa: PLR2004 - the body is larger than the route takes
        return errors.answer(request, error)
    flashes.add("danger", _("Ce fichier est trop lourd. Choisissez une image de 2 Mo au plus."))
    return Response(None, status_code=303, headers={"location": f"{HOME}#logo"})


@post(
    f"{HOME}/logo",
    opt=permission(RIGHT),
    status_code=200,
    request_max_body_size=LARGEST_UPLOAD,
    exception_handlers={HTTPException: _too_large},
)
async def put_logo(request: AnyRequest) -> Template | Redirect:
    """Show a logo in the draft, with the texts that were typed above it."""
    reach.require_everywhere(RIGHT)
    sent = (await request.form()).get("logo")
    content = await sent.read() if isinstance(sent, UploadFile) else b""
    everything = await form(request)
    typed = everything if "name" in everything.values() else None
    if not content:
        wrong = {"logo": _("Choisissez une image.")}
        return await _page(await looks.draft(), typed=typed, wrong=wrong)
    try:
        await looks.put_logo(content)
        if typed is not None:
            await looks.save_draft(_look_of(typed), seen=_seen(typed))
    except InvalidInput as refused:
        return await _page(await looks.draft(), typed=typed, wrong=refused.fields)
    except ChangedMeanwhile:
        return await _page(await looks.draft(), typed=typed, conflict=True)
    flashes.add("success", _("Le logo est dans le brouillon."))
    return Redirect(f"{HOME}#logo", status_code=303)


@post(f"{HOME}/logo/suppression", opt=permission(RIGHT), status_code=303)
async def remove_logo() -> Redirect:
    """Show no logo in the draft."""
    reach.require_everywhere(RIGHT)
    await looks.remove_logo()
    flashes.add("success", _("Le brouillon ne montre plus de logo."))
    return Redirect(f"{HOME}#logo", status_code=303)


@get("/branding/logo/{logo_digest:str}", opt=public())
async def logo(logo_digest: FromPath[str]) -> Response[bytes]:
    """The tenant's logo; its address changes with it."""
    content = await looks.logo(logo_digest.removesuffix(".png"))
    headers = {"cache-control": f"public, max-age={YEAR}, immutable"}
    return Response(content, media_type="image/png", headers=headers)


async def _page(
    draft: Draft | None,
    *,
    typed: Form | None = None,
    wrong: Mapping[str, str] | None = None,
    conflict: bool = False,
) -> Template:
    shown = draft.look if draft else await looks.published()
    wrong = wrong or {}
    saved = values = _values(shown)
    version = look_version(shown)
    if typed is not None:
        values = {name: typed.text(name) for name in values}
        version = version if conflict else typed.text("version")
    return page(
        "admin/look.html",
        status=409 if conflict else 422 if wrong else 200,
        values=values,
        version=version,
        conflict=saving.differences(values, saved, _texts()) if conflict else None,
        labels=_labels(),
        wrong=wrong,
        suggestion=readable_on_paper(values["brand"].upper()) if _is_pale(wrong, values) else "",
        logo_href=logo_path(shown.branding.logo),
        draft=draft is not None,
        last=await saving.last_change("tenant", _tenant_id()),
    )


def _values(shown: Look) -> dict[str, str]:
    return {"name": shown.name, **{name: getattr(shown.branding, name) for name in TEXTS}}


def _seen(typed: Form) -> str | None:
    return typed.text("version") or None


def _texts() -> dict[str, str]:
    return {name: label for name, label in _labels().items() if name != "logo"}


def _is_pale(wrong: Mapping[str, str], values: Mapping[str, str]) -> bool:
    written = values["brand"].removeprefix("#")
    digits = set("0123456789abcdefABCDEF")
    return "brand" in wrong and len(written) == 6 and set(written) <= digits  # noqa: PLR2004 - RRGGBB


def _look_of(typed: Form) -> Look:
    brand = typed.text("suggestion") or typed.text("brand")
    texts = {name: typed.text(name) for name in TEXTS if name != "brand"}
    return Look(name=typed.text("name"), branding=Branding(brand=_with_hash(brand), **texts))


def _with_hash(colour: str) -> str:
    return colour if colour.startswith("#") or not colour else f"#{colour}"


def _tenant_id() -> Any:
    directory = visit().directory
    return directory.tenant.id if directory else None


def _labels() -> dict[str, str]:
    return {
        "name": _("Nom"),
        "brand": _("Couleur"),
        "public_text": _("Texte d’accueil"),
        "legal_notice": _("Mentions légales"),
        "footer": _("Bas de page"),
        "sender_name": _("Nom de l’expéditeur"),
        "phone": _("Téléphone"),
        "logo": _("Logo"),
    }


ROUTES = (
    look_page,
    save_draft,
    publish,
    drop_draft,
    begin_preview,
    end_preview,
    put_logo,
    remove_logo,
    logo,
)
