"""“Textes des messages”: what mails and SMS say, for the whole tenant or for one motive (C-80)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args
from uuid import UUID

import msgspec
from creneau.i18n import Locale, gettext
from creneau.i18n import gettext as _
from creneau.messages.subject import Subject
from creneau.messages.wording import service as wordings
from creneau.messages.wording.placeholders import LABELS, allowed
from creneau.messages.wording.rules import checked_wording, chosen
from creneau.messages.wording.schemas import (
    FIELDS,
    MESSAGES,
    OwnWording,
    Wording,
    WordingKey,
)
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound
from litestar import MediaType, Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import reach, saving
from creneau_web.admin.wording_preview import Shown, house_of, sample, shown
from creneau_web.admin.wording_words import labels, languages, messages
from creneau_web.forms import Form, form
from creneau_web.operator.mail_policy import page_with
from creneau_web.rendering import environment, page
from creneau_web.visit import visit

HOME: Final = "/administration/textes"
OF_MOTIVE: Final = "/administration/motifs/{motive_id:uuid}/textes"
ONE: Final = "/{message_name:str}/{message_locale:str}"
TENANT_RIGHT: Final = "tenant:update"
MOTIVE_RIGHT: Final = "motive:update"
AnyRequest = Request[Any, Any, Any]


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """One message in one language, with all that its texts stand on."""

    key: WordingKey
    motive: Motive | None
    subject: Subject
    owns: Sequence[OwnWording]

    @property
    def home(self) -> str:
        """The address of the list that this message stands in."""
        return home_of(self.motive)

    @property
    def href(self) -> str:
        """The address of the form."""
        return f"{self.home}/{self.key.message}/{self.key.locale}"

    @property
    def mine(self) -> OwnWording | None:
        """What is written here already."""
        return next((one for one in self.owns if one.key == self.key), None)

    @property
    def above(self) -> Wording:
        """What counts where nothing is written here."""
        others = [one for one in self.owns if one.key != self.key]
        return chosen(others, self.key, house_of(self.key, self.subject))

    @property
    def now(self) -> Wording:
        """What counts at present."""
        return chosen(self.owns, self.key, house_of(self.key, self.subject))


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A message in the list, with a link for each language."""

    name: str
    label: str
    ways: Sequence[tuple[str, str, bool]]


def home_of(motive: Motive | None) -> str:
    """Give the address of the list of a motive's texts, or of everybody's."""
    return f"/administration/motifs/{motive.id}/textes" if motive else HOME


@get(HOME, opt=permission(TENANT_RIGHT))
async def list_page() -> Template:
    """List the messages, and which of them the tenant has put into its own words."""
    reach.require_everywhere(TENANT_RIGHT)
    with_own = await wordings.motives_with_own()
    named = [one for one in await motives.motives() if one.id in with_own]
    return await _list(None, named)


@get(OF_MOTIVE, opt=permission(MOTIVE_RIGHT))
async def motive_list_page(motive_id: FromPath[UUID]) -> Template:
    """List the messages of one motive."""
    return await _list(await _motive(motive_id), ())


async def _list(motive: Motive | None, named: Sequence[Motive]) -> Template:
    owns = await wordings.own(motive.id if motive else None)
    own_keys = {one.key for one in owns}
    rows = [
        Row(
            name=name,
            label=label,
            ways=[
                (
                    language,
                    f"{home_of(motive)}/{name}/{locale}",
                    WordingKey(message=name, locale=locale, motive_id=motive.id if motive else None)
                    in own_keys,
                )
                for locale, language in languages().items()
            ],
        )
        for name, label in messages().items()
    ]
    return page("admin/wordings.html", rows=rows, motive=motive, named=named)


@get(f"{HOME}{ONE}", opt=permission(TENANT_RIGHT))
async def edit_page(message_name: FromPath[str], message_locale: FromPath[str]) -> Template:
    """Show the texts of a message."""
    return await _form(await _desk(None, message_name, message_locale))


@get(f"{OF_MOTIVE}{ONE}", opt=permission(MOTIVE_RIGHT))
async def motive_edit_page(
    motive_id: FromPath[UUID], message_name: FromPath[str], message_locale: FromPath[str]
) -> Template:
    """Show the texts of a motive's message."""
    return await _form(await _desk(motive_id, message_name, message_locale))


@post(f"{HOME}{ONE}", opt=permission(TENANT_RIGHT))
async def save(
    request: AnyRequest, message_name: FromPath[str], message_locale: FromPath[str]
) -> Template | Redirect:
    """Save the texts of a message."""
    return await _save(await _desk(None, message_name, message_locale), await form(request))


@post(f"{OF_MOTIVE}{ONE}", opt=permission(MOTIVE_RIGHT))
async def motive_save(
    request: AnyRequest,
    motive_id: FromPath[UUID],
    message_name: FromPath[str],
    message_locale: FromPath[str],
) -> Template | Redirect:
    """Save the texts of a motive's message."""
    return await _save(await _desk(motive_id, message_name, message_locale), await form(request))


@post(
    f"{HOME}{ONE}/apercu", status_code=200, media_type=MediaType.HTML, opt=permission(TENANT_RIGHT)
)
async def show_preview(
    request: AnyRequest, message_name: FromPath[str], message_locale: FromPath[str]
) -> Response[str]:
    """Draw a message with what is typed; nothing is saved."""
    return _preview(await _desk(None, message_name, message_locale), await form(request))


@post(
    f"{OF_MOTIVE}{ONE}/apercu",
    status_code=200,
    media_type=MediaType.HTML,
    opt=permission(MOTIVE_RIGHT),
)
async def motive_show_preview(
    request: AnyRequest,
    motive_id: FromPath[UUID],
    message_name: FromPath[str],
    message_locale: FromPath[str],
) -> Response[str]:
    """Draw a motive's message with what is typed; nothing is saved."""
    return _preview(await _desk(motive_id, message_name, message_locale), await form(request))


async def _desk(motive_id: UUID | None, name: str, locale: str) -> Desk:
    if name not in MESSAGES or locale not in get_args(Locale):
        raise NotFound
    if motive_id is None:
        reach.require_everywhere(TENANT_RIGHT)
    motive = await _motive(motive_id) if motive_id else None
    key = msgspec.convert({"message": name, "locale": locale, "motive_id": motive_id}, WordingKey)
    return Desk(
        key=key,
        motive=motive,
        subject=await sample(motive),
        owns=await wordings.own(motive_id),
    )


async def _motive(motive_id: UUID) -> Motive:
    found = await motives.motive(motive_id)
    await reach.require_in(MOTIVE_RIGHT, found.organisation_id)
    if found.archived_at is not None:
        raise NotFound
    return found


async def _save(desk: Desk, typed: Form) -> Template | Redirect:
    if typed.text("then") == "reset":
        return await _reset(desk, typed)
    wording = _typed(typed)
    try:
        changed = await wordings.save(
            desk.key, wording, desk.above, typed.text("version"), reach.actor()
        )
    except InvalidInput as wrong:
        opened = typed.text("version")
        return await _form(desk, wording, errors=wrong.fields, opened=opened)
    except ChangedMeanwhile:
        return await _conflict(desk, wording)
    said = ", ".join(labels()[name].lower() if name != "sms" else "SMS" for name in changed)
    flashes.add(
        "success", _("Modifié : %(fields)s.", fields=said) if said else _("Rien n’a changé.")
    )
    return Redirect(desk.href, status_code=303)


async def _reset(desk: Desk, typed: Form) -> Template | Redirect:
    try:
        await wordings.reset(desk.key, typed.text("version"), reach.actor())
    except ChangedMeanwhile:
        return await _conflict(desk, _typed(typed))
    said = (
        _("Ce motif suit de nouveau les textes de l’espace.")
        if desk.motive
        else _("Ce message est revenu aux textes de Créneau.")
    )
    flashes.add("success", said)
    return Redirect(desk.href, status_code=303)


async def _conflict(desk: Desk, typed: Wording) -> Template:
    now = msgspec.structs.replace(desk, owns=await wordings.own(desk.key.motive_id))
    differing = saving.differences(typed, now.now, dict(labels()))
    return await _form(now, typed, conflict=differing)


def _typed(typed: Form) -> Wording:
    return Wording(**{name: typed.text(name) for name in FIELDS})


async def _form(
    desk: Desk,
    typed: Wording | None = None,
    *,
    errors: Mapping[str, str] | None = None,
    conflict: Sequence[saving.Difference] | None = None,
    opened: str | None = None,
) -> Template:
    drawn = shown(desk.key, _effective(desk, typed), desk.subject)
    answer = page(
        "admin/wording.html",
        status=422 if errors else 409 if conflict is not None else 200,
        heading=messages()[desk.key.message],
        motive=desk.motive,
        home=desk.home,
        href=desk.href,
        locale_shown=desk.key.locale,
        languages=[
            {
                "label": language,
                "href": f"{desk.home}/{desk.key.message}/{code}",
                "active": code == desk.key.locale,
            }
            for code, language in languages().items()
        ],
        values=typed or desk.now,
        above=desk.above,
        version=opened if opened is not None else desk.mine.version if desk.mine else "",
        origins=_origins(desk),
        placeholders=[
            (name, gettext(LABELS[name]), name not in allowed(desk.key.message, "mail"))
            for name in allowed(desk.key.message, "sms")
        ],
        labels=labels(),
        errors=errors or {},
        conflict=conflict,
        last=await saving.last_change(wordings.SUBJECT_KIND, wordings.history_id(desk.key)),
        framed=_framed(desk, drawn, errors or {}),
    )
    answer.headers["content-security-policy"] = page_with(drawn.html)
    return answer


def _origins(desk: Desk) -> Mapping[str, str]:
    """Say whose each text is at present."""
    everywhere = next(
        (
            one
            for one in desk.owns
            if one.key.motive_id is None
            and (one.message, one.locale) == (desk.key.message, desk.key.locale)
        ),
        None,
    )
    return {name: _origin(desk, everywhere, name) for name in FIELDS}


def _origin(desk: Desk, everywhere: OwnWording | None, name: str) -> str:
    if desk.motive and desk.mine and getattr(desk.mine, name):
        return _("Texte de ce motif. Vidé, il suit celui de l’espace.")
    if everywhere and getattr(everywhere, name):
        return (
            _("Texte de votre espace, pour tous les motifs.")
            if desk.motive
            else _("Texte de votre espace. Vidé, il revient à celui de Créneau.")
        )
    return (
        _("Texte de Créneau.")
        if getattr(desk.now, name)
        else _("Rien, tant que ce champ est vide.")
    )


def _preview(desk: Desk, typed: Form) -> Response[str]:
    wording = _typed(typed)
    try:
        checked_wording(desk.key.message, wording)
        errors: Mapping[str, str] = {}
    except InvalidInput as wrong:
        errors = wrong.fields
    drawn = shown(desk.key, _effective(desk, wording), desk.subject)
    policy = page_with(drawn.html, framed=True)
    headers = {"content-security-policy": policy, "cache-control": "no-store"}
    return Response(_framed(desk, drawn, errors), headers=headers)


def _effective(desk: Desk, typed: Wording | None) -> Wording:
    """Give what counts with what is typed: an empty text is that of above."""
    if typed is None:
        return desk.now
    above = desk.above
    return Wording(**{name: getattr(typed, name) or getattr(above, name) for name in FIELDS})


def _framed(desk: Desk, drawn: Shown, errors: Mapping[str, str]) -> str:
    template = environment().get_template("admin/wording_preview.html")
    return template.render(
        locale=visit().locale,
        drawn=drawn,
        motive=desk.subject.motive,
        errors=errors,
        labels=labels(),
    )


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    list_page,
    motive_list_page,
    edit_page,
    motive_edit_page,
    save,
    motive_save,
    show_preview,
    motive_show_preview,
)
