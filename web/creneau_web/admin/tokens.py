"""Tokens of programs: what each may do, until when; made, shown once, ended (T-13)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.refusals import InvalidInput
from creneau.tokens import service as tokens
from creneau.tokens.rules import SCOPES
from creneau.tokens.schemas import KnownToken
from creneau_infra.clock import now
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes, lists
from creneau_web.access import permission
from creneau_web.admin import reach, saving
from creneau_web.forms import Form, form
from creneau_web.rendering import page

HOME: Final = "/administration/jetons"
RIGHT: Final = "token:update"
LIVES: Final = (30, 90, 365, 730)
AnyRequest = Request[Any, Any, Any]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A token in the list; times are local to the tenant."""

    href: str
    label: str
    scopes: Sequence[str]
    expires_at: datetime
    state: str


class TypedToken(msgspec.Struct, kw_only=True):
    """The form of a new token."""

    label: str = ""
    scopes: list[str] = []
    days: int = 0


@get(HOME, opt=permission(RIGHT))
async def tokens_page() -> Template | Redirect:
    """List the tokens, those that have ended included."""
    return await lists.list_page("admin/tokens.html", await _arranged(), states=_states())


async def _arranged() -> lists.Listing[Row]:
    states = _states()
    return lists.arranged(
        [_row(found) for found in await tokens.tokens()],
        _columns(states),
        words_label=_("Nom"),
        text_of=lambda row: row.label,
        choices=[
            lists.Choice(
                name="etat",
                label=_("État"),
                options=tuple(states.items()),
                value_of=lambda row: row.state,
            )
        ],
    )


def _columns(states: Mapping[str, str]) -> list[lists.Column[Row]]:
    return [
        lists.Column(name="nom", label=_("Nom"), key=lambda row: row.label),
        lists.Column(
            name="droits", label=_("Ce qu’il permet"), cell=lambda row: ", ".join(row.scopes)
        ),
        lists.Column(
            name="fin",
            label=_("Jusqu’au"),
            key=lambda row: row.expires_at,
            cell=lambda row: row.expires_at.date(),
        ),
        lists.Column(
            name="etat",
            label=_("État"),
            key=lambda row: row.state,
            cell=lambda row: states.get(row.state, row.state),
        ),
    ]


async def _export() -> lists.Export:
    return lists.exported("jetons", _("Jetons"), await _arranged())


@get(f"{HOME}/nouveau", opt=permission(RIGHT))
async def new_page() -> Template:
    """Show the empty form."""
    return _form(TypedToken(days=365))


@post(f"{HOME}/nouveau", opt=permission(RIGHT), status_code=200)
async def create(request: AnyRequest) -> Template:
    """Make a token, and show its secret this once."""
    reach.require_everywhere(RIGHT)
    typed = _typed(await form(request))
    try:
        _require_answers(typed)
        await _refuse_known_name(typed.label)
        secret = await tokens.create_token(
            current_tenant.get(), typed.scopes, typed.label, typed.days, reach.actor()
        )
    except InvalidInput as refused:
        return _form(typed, wrong=refused.fields)
    answer = page("admin/token_made.html", label=typed.label, secret=secret)
    answer.headers["cache-control"] = "no-store"
    return answer


@get(HOME + "/{token_id:uuid}", opt=permission(RIGHT))
async def token_page(token_id: FromPath[UUID]) -> Template:
    """Show a token, and what ending it would mean."""
    found = await tokens.token(token_id)
    labels = _scope_labels()
    zone = ZoneInfo(current_tenant.get().time_zone)
    return page(
        "admin/token.html",
        token=found,
        lives=found.lives(now()),
        scopes=[labels.get(scope, scope) for scope in found.scopes],
        created_at=found.created_at.astimezone(zone),
        expires_at=found.expires_at.astimezone(zone),
        last=await saving.last_change("api_token", token_id),
    )


@post(HOME + "/{token_id:uuid}/revocation", opt=permission(RIGHT), status_code=303)
async def revoke(token_id: FromPath[UUID]) -> Redirect:
    """End a token at once."""
    reach.require_everywhere(RIGHT)
    found = await tokens.token(token_id)
    await tokens.revoke(token_id, reach.actor())
    flashes.add("success", _("Le jeton « %(name)s » n’ouvre plus rien.", name=found.label))
    return Redirect(HOME, status_code=303)


def _typed(sent: Form) -> TypedToken:
    days = sent.text("days")
    return TypedToken(
        label=sent.text("label"),
        scopes=sent.texts("scopes"),
        days=int(days) if days in {str(known) for known in LIVES} else 0,
    )


def _require_answers(typed: TypedToken) -> None:
    wrong: dict[str, str] = {}
    if not typed.label:
        wrong["label"] = _("Donnez un nom : le logiciel ou le service qui s’en sert.")
    if not typed.scopes:
        wrong["scopes"] = _("Choisissez au moins un droit.")
    if not typed.days:
        wrong["days"] = _("Choisissez une durée de la liste.")
    if wrong:
        raise InvalidInput(wrong)


async def _refuse_known_name(label: str) -> None:
    # A page that is loaded again sends its form again: the second token would be one nobody knows.
    names = {lists.folded(one.label) for one in await tokens.tokens() if one.lives(now())}
    if lists.folded(label) in names:
        sentence = _(
            "Un jeton en service porte déjà ce nom. Donnez-en un autre, ou arrêtez-le d’abord."
        )
        raise InvalidInput({"label": sentence})


def _row(found: KnownToken) -> Row:
    labels = _scope_labels()
    return Row(
        href=f"{HOME}/{found.id}",
        label=found.label or _("Sans nom"),
        scopes=[labels.get(scope, scope) for scope in found.scopes],
        expires_at=found.expires_at.astimezone(ZoneInfo(current_tenant.get().time_zone)),
        state=_state(found),
    )


def _state(found: KnownToken) -> str:
    if found.revoked_at is not None:
        return "ended"
    return "lives" if found.lives(now()) else "over"


def _states() -> dict[str, str]:
    return {"lives": _("En service"), "over": _("Expiré"), "ended": _("Arrêté")}


def _form(typed: TypedToken, wrong: Mapping[str, str] | None = None) -> Template:
    labels = _scope_labels()
    return page(
        "admin/token_new.html",
        status=422 if wrong else 200,
        typed=typed,
        scopes=[(scope, labels[scope]) for scope in SCOPES],
        lives=[(days, _("%(days)s jours", days=days)) for days in LIVES],
        wrong=wrong or {},
    )


def _scope_labels() -> dict[str, str]:
    return {
        "motives:read": _("Lire les motifs"),
        "places:read": _("Lire les lieux"),
        "slots:read": _("Lire les horaires libres"),
        "bookings:read": _("Lire les rendez-vous"),
        "bookings:write": _("Prendre, déplacer et annuler des rendez-vous"),
    }


ROUTES = (
    tokens_page,
    lists.export_route(HOME, RIGHT, _export),
    new_page,
    create,
    token_page,
    revoke,
)
