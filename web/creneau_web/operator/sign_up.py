"""Creating a space: two short pages, and a message that verifies who asked (T-01)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import msgspec
from creneau.i18n import Locale
from creneau.i18n import gettext as _
from creneau.plugins import installed
from creneau.refusals import InvalidInput
from creneau_tenants.addresses import platform
from creneau_tenants.errors import AddressTaken
from creneau_tenants.signing_up import service
from creneau_tenants.signing_up.rules import KINDS
from creneau_tenants.signing_up.schemas import Address, SignUp
from litestar import Request, get, post
from litestar.response import Redirect, Template

from creneau_web.access import public
from creneau_web.admin.territories import territories
from creneau_web.forms import Form, form
from creneau_web.operator import arrivals
from creneau_web.rendering import page
from creneau_web.throttling import limit
from creneau_web.visit import visit

START: Final = "/inscription"
SPACE: Final = f"{START}/espace"
ADDRESS: Final = f"{START}/adresse"
ABOUT: Final = ("name", "kind", "territory")
AnyRequest = Request[Any, Any, Any]


class Vertical(msgspec.Struct, frozen=True, kw_only=True):
    """A vertical with what it adds and what it is for, in the current language."""

    name: str
    label: str
    hint: str
    promise: str


@get(START, opt=public(), sync_to_thread=False)
def start_page(request: AnyRequest) -> Template:
    """Ask what organisation it is."""
    return _start(request.query_params)


def _start(values: Mapping[str, str], errors: Mapping[str, str] | None = None) -> Template:
    return page(
        "operator/sign_up.html",
        status=422 if errors else 200,
        action=SPACE,
        values={name: values.get(name, "") for name in ABOUT},
        kinds=kinds(),
        territories=territories(),
        errors=errors or {},
    )


@get(SPACE, opt=public())
async def space_page(request: AnyRequest) -> Template:
    """Propose an address and the verticals of such an organisation, and ask who administers it."""
    about = Form({name: [request.query_params.get(name, "")] for name in ABOUT}).values()
    wrong = _wrong(about)
    if wrong:
        return _start(about, wrong)
    await limit("sign_up_address")
    proposed = await service.proposals(about["name"], about["kind"])
    values = {
        **about,
        "slug": request.query_params.get("slug") or proposed[0],
        "locale": visit().locale,
    }
    return await _space(values, _proposed_verticals(about["kind"]))


def _wrong(about: Mapping[str, str]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if not about["name"]:
        wrong["name"] = _("Donnez le nom de votre organisme.")
    if about["kind"] not in KINDS:
        wrong["kind"] = _("Choisissez ce qui ressemble le plus à votre organisme.")
    return wrong


@get(ADDRESS, opt=public())
async def address_check(request: AnyRequest) -> Template:
    """Say of an address that is being typed whether it can be had, as a piece of the page."""
    await limit("sign_up_address")
    asked = request.query_params
    found = await service.address(
        asked.get("slug", "")[:80], asked.get("name", "")[:200], asked.get("kind", "")
    )
    return page(
        "operator/address.html",
        found=found,
        url=_url(found.slug),
        address_options=_options(found),
        chosen="",
    )


@post(SPACE, opt=public())
async def create(request: AnyRequest) -> Template | Redirect:
    """Create the space, and send the message that opens it to its first administrator."""
    typed = await form(request)
    wanted = _wanted(typed)
    await limit("sign_up")
    try:
        service.check(wanted)
        await limit("sign_up_mail", wanted.email)
        signed_up = await service.sign_up(wanted)
    except InvalidInput as refused:
        return await _again(typed, wanted, refused)
    arrivals.remember(signed_up.tenant)
    return Redirect(arrivals.SENT, status_code=303)


def _wanted(typed: Form) -> SignUp:
    return SignUp(
        name=typed.text("name"),
        kind=typed.text("kind"),
        territory=typed.text("territory") or "FR",
        slug=typed.text("other_slug") or typed.text("slug"),
        plugins=frozenset(typed.texts("plugins")),
        first_name=typed.text("first_name"),
        last_name=typed.text("last_name"),
        email=typed.text("email"),
        locale=cast("Locale", typed.text("locale")),
        terms_accepted=bool(typed.text("terms_accepted")),
    )


async def _again(typed: Form, wanted: SignUp, refused: InvalidInput) -> Template:
    errors = _in_order(refused.fields)
    if errors.keys() & set(ABOUT):
        return _start(typed.values(), errors)
    values = {**typed.values(), "slug": wanted.slug}
    address = None
    if "slug" in errors:
        address = await service.address(wanted.slug, wanted.name, wanted.kind)
        if address.free and isinstance(refused, AddressTaken):
            # Freed between the two questions: whoever asks again has it.
            del errors["slug"]
    return await _space(values, sorted(wanted.plugins), errors, address)


def _in_order(fields: Mapping[str, str]) -> dict[str, str]:
    """Put what is wrong in the order of the form, which is that of a space's own fields."""
    order = {name: number for number, name in enumerate(SignUp.__struct_fields__)}
    return dict(sorted(fields.items(), key=lambda one: order.get(one[0], len(order))))


async def _space(
    values: Mapping[str, str],
    plugins: Sequence[str],
    errors: Mapping[str, str] | None = None,
    address: Address | None = None,
) -> Template:
    found = address or await service.address(values["slug"], values["name"], values["kind"])
    return page(
        "operator/space.html",
        status=422 if errors else 200,
        action=SPACE,
        check_href=ADDRESS,
        values=values,
        about={name: values.get(name, "") for name in ABOUT},
        kind_label={code: label for code, label, _hint in kinds()}[values["kind"]],
        plugins=plugins,
        verticals=verticals(),
        vertical_options=[(one.name, one.label, one.hint) for one in verticals()],
        domain=platform().base_domain,
        found=found,
        url=_url(found.slug),
        address_options=_options(found),
        chosen="",
        errors=errors or {},
    )


def _options(found: Address) -> list[tuple[str, str]]:
    return [(slug, platform().host_of(slug)) for slug in found.proposals]


def _url(slug: str) -> str:
    return platform().url_of(platform().host_of(slug))


def kinds() -> list[tuple[str, str, str]]:
    """List the kinds of organisations with what they are and examples."""
    words = {
        "town": (_("Commune ou intercommunalité"), _("Mairie, agglomération, syndicat")),
        "departement": (
            _("Département ou action sociale"),
            _("Solidarités, protection maternelle et infantile, CCAS"),
        ),
        "university": (
            _("Université ou école"),
            _("Scolarité, bibliothèque, enseignants et tuteurs"),
        ),
        "digital_aid": (
            _("Réseau d’aide numérique"),
            _("Conseillers numériques, espaces France services"),
        ),
        "other": (
            _("Autre organisme"),
            _("Service de l’État, établissement public, association"),
        ),
    }
    return [(kind, *words[kind]) for kind in KINDS]


def verticals() -> list[Vertical]:
    """List the verticals that can be switched on, each with what it adds (T-03)."""
    starters = installed().starters()
    return [
        Vertical(
            name=info.name,
            label=_(info.label),
            hint=" ".join(_(text) for text in (info.description, *info.adds)),
            promise=_(
                starters[info.name].public_text if info.name in starters else info.description
            ),
        )
        for info in installed().infos().values()
    ]


def _proposed_verticals(kind: str) -> list[str]:
    starters = installed().starters()
    return [name for name in installed().names if name in starters and kind in starters[name].kinds]


ROUTES: Final = (start_page, space_page, address_check, create)
