"""Motives: created, copied, changed, archived and taken back (C-05)."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.motives.schemas import Motive, MotiveDraft
from creneau.organisations import service as organisations
from creneau.planning import service as planning
from creneau.planning.errors import ImpactChanged, TouchesBookings
from creneau.planning.schemas import ArchiveMotive, EditMotive
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotAllowed, NotFound
from litestar import MediaType, Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import impacts, motive_list, reach, saving, stale
from creneau_web.admin.colours import SUGGESTED
from creneau_web.admin.motive_form import (
    LIST,
    UPDATE,
    differences,
    draft_of,
    edit_form,
    facts,
    new_form,
)
from creneau_web.admin.motive_preview import preview_page
from creneau_web.admin.motive_values import NOBODY, read, typed_values, values_of
from creneau_web.admin.motive_words import labels
from creneau_web.forms import Form, form
from creneau_web.rendering import page

ONE: Final = f"{LIST}/{{motive_id:uuid}}"
AnyRequest = Request[Any, Any, Any]


@get(f"{LIST}/nouveau", opt=permission(UPDATE))
async def new_page() -> Template:
    """Show the form with what a motive begins with."""
    start = await _start()
    return await new_form(values_of(start), start)


async def _start() -> MotiveDraft:
    """Give what a new motive begins with.

    Raises:
        NotAllowed: The right is held in no organisation that is still in use.
    """
    theirs = await reach.organisations_for(UPDATE)
    if not theirs:
        raise NotAllowed
    services = await organisations.services()
    return MotiveDraft(
        organisation_id=theirs[0].id,
        service_id=services[0].id if len(services) == 1 else NOBODY,
        name="",
        colour=SUGGESTED[0],
        minimum_notice_minutes=120,
    )


@post(f"{LIST}/nouveau", opt=permission(UPDATE))
async def create(request: AnyRequest) -> Template | Redirect:
    """Create a motive."""
    return await _create(await form(request), await _start(), None)


@get(f"{ONE}/copie", opt=permission(UPDATE))
async def copy_page(motive_id: FromPath[UUID]) -> Template:
    """Show the form of a new motive that is like another; nothing is created yet."""
    like = await _within(motive_id)
    name = _("%(name)s (copie)", name=like.name)
    start = msgspec.structs.replace(draft_of(like), name=name)
    return await new_form(values_of(start), start, like=like)


@post(f"{ONE}/copie", opt=permission(UPDATE))
async def copy(request: AnyRequest, motive_id: FromPath[UUID]) -> Template | Redirect:
    """Create a motive that asks what another asks."""
    like = await _within(motive_id)
    return await _create(await form(request), draft_of(like), like)


async def _create(typed: Form, start: MotiveDraft, like: Motive | None) -> Template | Redirect:
    try:
        draft = read(typed, organisation_id=None, extra=start.extra)
        await _refuse_elsewhere(draft)
        created = await motives.create_motive(draft, reach.actor(), like=like.id if like else None)
    except InvalidInput as wrong:
        return await new_form(typed_values(typed), start, like=like, errors=wrong.fields)
    flashes.add("success", _("Le motif « %(name)s » est créé.", name=draft.name))
    return Redirect(f"{LIST}/{created}", status_code=303)


async def _refuse_elsewhere(draft: MotiveDraft) -> None:
    if not reach.may_in(UPDATE, draft.organisation_id) or draft.organisation_id not in {
        one.id for one in await reach.organisations_for(UPDATE)
    }:
        raise InvalidInput({"organisation_id": _("Choisissez une organisation de la liste.")})


@get(ONE, opt=permission(UPDATE))
async def edit_page(motive_id: FromPath[UUID]) -> Template:
    """Show a motive's form; of an archived one, the way back into use."""
    found = await _within(motive_id)
    if found.archived_at is not None:
        return page("admin/motive_archived.html", motive=found)
    return await edit_form(found, values_of(found))


@post(ONE, opt=permission(UPDATE))
async def save(request: AnyRequest, motive_id: FromPath[UUID]) -> Template | Redirect:
    """Save a motive; the booked appointments that this concerns are shown first (C-14)."""
    before = await _within(motive_id)
    if before.archived_at is not None:
        return _archived_before(before)
    typed = await form(request)
    try:
        draft = read(typed, organisation_id=before.organisation_id, extra=before.extra)
        return await _save(before, draft, typed)
    except InvalidInput as wrong:
        opened = msgspec.structs.replace(before, version=typed.text("version"))
        return await edit_form(opened, typed_values(typed), errors=wrong.fields)


async def _save(before: Motive, draft: MotiveDraft, typed: Form) -> Template | Redirect:
    decision = impacts.decision_of(typed)
    change = EditMotive(before.id, draft, typed.text("version"))
    try:
        saved = await planning.save(change, reach.actor(), decision)
    except (TouchesBookings, ImpactChanged) as touched:
        impact = impacts.refused(touched, typed)
        return await edit_form(before, typed_values(typed), shown=draft, impact=impact)
    except ChangedMeanwhile:
        now = await motives.motive(before.id)
        conflict = await differences(draft, now)
        return await edit_form(now, typed_values(typed), shown=draft, conflict=conflict)
    said = saving.said_what_changed(before, await motives.motive(before.id), labels())
    flashes.add("success", impacts.joined(said, impacts.settled(saved, decision)))
    return Redirect(f"{LIST}/{before.id}", status_code=303)


@get(f"{ONE}/archivage", opt=permission(UPDATE))
async def archive_page(motive_id: FromPath[UUID]) -> Template | Redirect:
    """Say what goes on with a motive before it is taken out of use."""
    found = await _within(motive_id)
    if found.archived_at is not None:
        return _archived_already(found)
    return await _archive_form(found, await _touched_by_archiving(found.id))


@post(f"{ONE}/archivage", opt=permission(UPDATE))
async def archive(request: AnyRequest, motive_id: FromPath[UUID]) -> Template | Redirect:
    """Take a motive out of use; its booked appointments become what was chosen (C-14)."""
    found = await _within(motive_id)
    typed = await form(request)
    decision = impacts.decision_of(typed)
    change = ArchiveMotive(found.id, typed.text("version"))
    try:
        saved = await planning.save(change, reach.actor(), decision)
    except ChangedMeanwhile:
        return await _changed_before_archiving(found.id, typed)
    except (TouchesBookings, ImpactChanged) as touched:
        return await _archive_form(found, impacts.refused(touched, typed), status=409)
    said = _("Le motif « %(name)s » est archivé.", name=found.name)
    flashes.add("success", impacts.joined(said, impacts.settled(saved, decision)))
    return Redirect(LIST, status_code=303)


async def _touched_by_archiving(motive_id: UUID) -> impacts.ShownImpact | None:
    impact = await planning.impact_of(ArchiveMotive(motive_id))
    return impacts.shown(impact) if impact.bookings or impact.holds else None


async def _changed_before_archiving(motive_id: UUID, typed: Form) -> Template | Redirect:
    now = await _within(motive_id)
    if now.archived_at is not None:
        return _archived_already(now)
    changes = stale.changes(typed, await facts(now))
    impact = await _touched_by_archiving(motive_id)
    return await _archive_form(now, impact, changes=changes, status=409)


async def _archive_form(
    motive: Motive,
    impact: impacts.ShownImpact | None,
    *,
    changes: Sequence[stale.Change] | None = None,
    status: int = 200,
) -> Template:
    return page(
        "admin/motive_archive.html",
        status=status,
        motive=motive,
        shown=stale.kept(await facts(motive)),
        changes=changes,
        use=await motives.use_of(motive.id),
        impact=impact,
        errors=impacts.undecided_error(impact),
    )


@post(f"{ONE}/reprise", opt=permission(UPDATE))
async def restore(motive_id: FromPath[UUID]) -> Redirect:
    """Take an archived motive back into use; whoever comes second is led to it, too."""
    found = await _within(motive_id)
    try:
        await motives.restore_motive(found.id, reach.actor())
    except NotFound:
        flashes.add("info", _("Le motif « %(name)s » est déjà en service.", name=found.name))
    else:
        said = _("Le motif « %(name)s » est de nouveau en service.", name=found.name)
        flashes.add("success", said)
    return Redirect(f"{LIST}/{found.id}", status_code=303)


@post(f"{LIST}/apercu", status_code=200, media_type=MediaType.HTML, opt=permission(UPDATE))
async def show_preview(request: AnyRequest) -> Response[str]:
    """Draw what the public will see with what is typed; nothing is saved."""
    typed = await form(request)
    asking, start = await _previewed(typed)
    try:
        draft, wrong = read(typed, organisation_id=start.organisation_id, extra=start.extra), False
    except InvalidInput:
        draft, wrong = start, True
    html = await preview_page(draft, asking=asking, framed=bool(typed.text("framed")), wrong=wrong)
    return Response(html, headers={"cache-control": "no-store"})


async def _previewed(typed: Form) -> tuple[UUID | None, MotiveDraft]:
    """Find the motive that is being changed or copied; else what a new one begins with."""
    try:
        found = await motives.motive(UUID(typed.text("preview_of")))
    except (ValueError, NotFound):
        return None, await _start()
    if not reach.may_in(UPDATE, found.organisation_id):
        return None, await _start()
    return found.id, draft_of(found)


async def _within(motive_id: UUID) -> Motive:
    found = await motives.motive(motive_id)
    await reach.require_in(UPDATE, found.organisation_id)
    return found


def _archived_already(motive: Motive) -> Redirect:
    flashes.add("info", _("Le motif « %(name)s » est déjà archivé.", name=motive.name))
    return Redirect(f"{LIST}/{motive.id}", status_code=303)


def _archived_before(motive: Motive) -> Redirect:
    said = _(
        "Rien n’a été enregistré : le motif « %(name)s » est archivé. Remettez-le en service pour "
        "le modifier.",
        name=motive.name,
    )
    flashes.add("warning", said)
    return Redirect(f"{LIST}/{motive.id}", status_code=303)


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    motive_list.list_page,
    motive_list.export,
    new_page,
    create,
    show_preview,
    edit_page,
    save,
    copy_page,
    copy,
    archive_page,
    archive,
    restore,
)
