"""Extra questions of a motive: added, changed, put in order, asked no more (C-05)."""

from collections.abc import Mapping
from typing import Any, Final, cast
from uuid import UUID

from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.questions import service as questions
from creneau.questions.rules import version_of
from creneau.questions.schemas import Direction, Kind, Question, QuestionDraft
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import reach, saving
from creneau_web.admin.motive_form import UPDATE, question_kinds
from creneau_web.forms import Form, form
from creneau_web.rendering import page

MOTIVE: Final = "/administration/motifs/{motive_id:uuid}"
ALL: Final = f"{MOTIVE}/questions"
ONE: Final = f"{ALL}/{{question_id:uuid}}"
KINDS: Final[Mapping[str, Kind]] = {"text": "text", "choice": "choice", "yes_no": "yes_no"}
DIRECTIONS: Final[Mapping[str, Direction]] = {"up": "up", "down": "down"}
AnyRequest = Request[Any, Any, Any]


@get(f"{ALL}/nouvelle", opt=permission(UPDATE))
async def new_page(motive_id: FromPath[UUID]) -> Template:
    """Show the empty form of a question."""
    return _form(await _motive(motive_id), None, {"kind": "text"})


@post(f"{ALL}/nouvelle", opt=permission(UPDATE))
async def add(request: AnyRequest, motive_id: FromPath[UUID]) -> Template | Redirect:
    """Ask something more."""
    motive = await _motive(motive_id)
    typed = await form(request)
    try:
        await questions.ask(motive.id, _draft(typed), reach.actor())
    except InvalidInput as wrong:
        return _form(motive, None, typed.values(), saving.SentBack(errors=wrong.fields))
    flashes.add("success", _("La question est ajoutée."))
    return _back(motive)


@get(ONE, opt=permission(UPDATE))
async def edit_page(motive_id: FromPath[UUID], question_id: FromPath[UUID]) -> Template:
    """Show a question's form."""
    motive = await _motive(motive_id)
    found = await questions.question(motive.id, question_id)
    return _form(motive, found, _values(found))


@post(ONE, opt=permission(UPDATE))
async def change(
    request: AnyRequest, motive_id: FromPath[UUID], question_id: FromPath[UUID]
) -> Template | Redirect:
    """Ask something otherwise from now on."""
    motive = await _motive(motive_id)
    found = await _asked(motive, question_id)
    if found is None:
        return _asked_no_more(motive)
    typed = await form(request)
    opened = typed.text("version")
    try:
        draft = _draft(typed)
        await questions.change(motive.id, found.id, draft, reach.actor(), seen=opened or None)
    except InvalidInput as wrong:
        back = saving.SentBack(errors=wrong.fields, opened=opened)
        return _form(motive, found, typed.values(), back)
    except ChangedMeanwhile as conflict:
        now = cast("Question", conflict.saved)
        back = saving.SentBack(conflict=_differences(typed, now))
        return _form(motive, now, typed.values(), back)
    flashes.add("success", _("La question est enregistrée."))
    return _back(motive)


@post(f"{ONE}/place", opt=permission(UPDATE))
async def move(
    request: AnyRequest, motive_id: FromPath[UUID], question_id: FromPath[UUID]
) -> Redirect:
    """Ask a question before or after the one beside it."""
    motive = await _motive(motive_id)
    found = await questions.question(motive.id, question_id)
    direction = DIRECTIONS.get((await form(request)).text("direction"))
    if direction is None:
        raise InvalidInput({"direction": _("Choisissez une des valeurs proposées.")})
    await questions.move(motive.id, found.id, direction, reach.actor())
    return _back(motive)


@get(f"{ONE}/archivage", opt=permission(UPDATE))
async def archive_page(
    motive_id: FromPath[UUID], question_id: FromPath[UUID]
) -> Template | Redirect:
    """Say what stays before a question is asked no more."""
    motive = await _motive(motive_id)
    found = await _asked(motive, question_id)
    if found is None:
        return _asked_no_more(motive)
    return page(
        "admin/motive_question_archive.html",
        motive=motive,
        question=found,
        answered=await questions.answered_by(found.id),
    )


@post(f"{ONE}/archivage", opt=permission(UPDATE))
async def archive(motive_id: FromPath[UUID], question_id: FromPath[UUID]) -> Redirect:
    """Ask a question no more; what was answered stays."""
    motive = await _motive(motive_id)
    if await _asked(motive, question_id) is None:
        return _asked_no_more(motive)
    await questions.stop_asking(motive.id, question_id, reach.actor())
    flashes.add("success", _("La question n’est plus posée."))
    return _back(motive)


async def _asked(motive: Motive, question_id: UUID) -> Question | None:
    """Read a question; None: it is asked no more. Raises `NotFound` for what never was."""
    try:
        return await questions.question(motive.id, question_id)
    except NotFound:
        if await questions.was_asked(motive.id, question_id):
            return None
        raise


def _asked_no_more(motive: Motive) -> Redirect:
    flashes.add("info", _("Cette question n’est plus posée : quelqu’un l’a retirée entre-temps."))
    return _back(motive)


def _values(found: Question) -> dict[str, str]:
    return {
        "label": found.label,
        "hint": found.hint,
        "kind": found.kind,
        "options": "\n".join(found.options),
        "required": "yes" if found.required else "",
    }


def _differences(typed: Form, now: Question) -> list[saving.Difference]:
    kinds = question_kinds()

    def words(values: Mapping[str, str]) -> dict[str, Any]:
        kind, options = values.get("kind", ""), values.get("options", "")
        named = {
            "kind": next((text for code, text in kinds.items() if code == kind), ""),
            "options": ", ".join(options.splitlines()),
            "required": bool(values.get("required")),
        }
        return {**{name: values.get(name, "") for name in ("label", "hint")}, **named}

    labels = {
        "label": _("Question"),
        "hint": _("Aide sous la question"),
        "kind": _("Comment y répondre"),
        "options": _("Réponses proposées"),
        "required": _("Réponse obligatoire"),
    }
    return saving.differences(words(typed.values()), words(_values(now)), labels)


async def _motive(motive_id: UUID) -> Motive:
    found = await motives.motive(motive_id)
    await reach.require_in(UPDATE, found.organisation_id)
    return found


def _draft(typed: Form) -> QuestionDraft:
    kind = KINDS.get(typed.text("kind"))
    if kind is None:
        raise InvalidInput({"kind": _("Choisissez une des valeurs proposées.")})
    return QuestionDraft(
        label=typed.text("label"),
        hint=typed.text("hint"),
        kind=kind,
        options=tuple(typed.text("options").splitlines()),
        required=bool(typed.text("required")),
    )


def _back(motive: Motive) -> Redirect:
    return Redirect(f"/administration/motifs/{motive.id}#questions", status_code=303)


def _form(
    motive: Motive,
    question: Question | None,
    typed: dict[str, str],
    back: saving.SentBack = saving.AS_IT_STANDS,
) -> Template:
    return page(
        "admin/motive_question.html",
        status=back.status,
        version=back.version(version_of(question)) if question else "",
        conflict=back.conflict,
        motive=motive,
        question=question,
        typed=typed,
        kinds=[*question_kinds().items()],
        errors=back.errors,
    )


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    new_page,
    add,
    edit_page,
    change,
    move,
    archive_page,
    archive,
)
