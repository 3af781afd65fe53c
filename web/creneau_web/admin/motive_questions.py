"""Extra questions of a motive: added, changed, put in order, asked no more (C-05)."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.questions import service as questions
from creneau.questions.schemas import Direction, Kind, Question, QuestionDraft
from creneau.refusals import InvalidInput
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import reach
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
        return _form(motive, None, typed.values(), wrong)
    flashes.add("success", _("La question est ajoutée."))
    return _back(motive)


@get(ONE, opt=permission(UPDATE))
async def edit_page(motive_id: FromPath[UUID], question_id: FromPath[UUID]) -> Template:
    """Show a question's form."""
    motive = await _motive(motive_id)
    found = await questions.question(motive.id, question_id)
    typed = {
        "label": found.label,
        "hint": found.hint,
        "kind": found.kind,
        "options": "\n".join(found.options),
        "required": "yes" if found.required else "",
    }
    return _form(motive, found, typed)


@post(ONE, opt=permission(UPDATE))
async def change(
    request: AnyRequest, motive_id: FromPath[UUID], question_id: FromPath[UUID]
) -> Template | Redirect:
    """Ask something otherwise from now on."""
    motive = await _motive(motive_id)
    found = await questions.question(motive.id, question_id)
    typed = await form(request)
    try:
        await questions.change(motive.id, found.id, _draft(typed), reach.actor())
    except InvalidInput as wrong:
        return _form(motive, found, typed.values(), wrong)
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
async def archive_page(motive_id: FromPath[UUID], question_id: FromPath[UUID]) -> Template:
    """Say what stays before a question is asked no more."""
    motive = await _motive(motive_id)
    found = await questions.question(motive.id, question_id)
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
    await questions.stop_asking(motive.id, question_id, reach.actor())
    flashes.add("success", _("La question n’est plus posée."))
    return _back(motive)


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
    wrong: InvalidInput | None = None,
) -> Template:
    return page(
        "admin/motive_question.html",
        status=wrong.status if wrong else 200,
        motive=motive,
        question=question,
        typed=typed,
        kinds=[*question_kinds().items()],
        errors=wrong.fields if wrong else {},
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
