"""The pages of a form of series: created, changed whole or from one of its dates on (C-07, C-10 … C-14).

What it would do stands beside it, what it touches is asked about first, and whoever saves second is
shown what the first one saved.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any, Final, Generic
from uuid import UUID

from creneau.i18n import day as in_words
from creneau.i18n import gettext as _
from creneau.planning import service as planning
from creneau.planning.drafts import ClosureDraft
from creneau.planning.errors import ImpactChanged, TouchesBookings
from creneau.planning.schemas import Create, Edit, EditFollowing
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import impacts, saving
from creneau_web.backoffice import reach
from creneau_web.forms import Form, form
from creneau_web.planning import series
from creneau_web.planning.ahead import Preview
from creneau_web.planning.sheets import Around, Drafted, SeriesForm, Sheet, Values, fields_of
from creneau_web.planning.typed import calendar_day
from creneau_web.rendering import page

AnyRequest = Request[Any, Any, Any]
DAYS: Final = ("first_day", "last_day", "until")


class SeriesPages(Generic[Drafted, Around]):
    """The pages that a form declares, and their addresses."""

    def __init__(self, declared: SeriesForm[Drafted, Around]) -> None:
        """Begin from a declaration."""
        self.form = declared
        self.subject = declared.subject

    def routes(self) -> tuple[HTTPRouteHandler, ...]:
        """Give the pages their addresses."""
        home, opt = self.subject.home, permission(self.form.right)
        one = f"{home}/{{{self.subject.parameter}:uuid}}"
        whole = (
            get(f"{home}/nouvelle", opt=opt)(self.new_page),
            post(f"{home}/nouvelle", opt=opt)(self.create),
            get(one, opt=opt)(self.edit_page),
            post(one, opt=opt)(self.save),
        )
        if self.form.preview is None:
            return whole
        return (
            *whole,
            get(f"{one}/suite/{{day:date}}", opt=opt)(self.following_page),
            post(f"{one}/suite/{{day:date}}", opt=opt)(self.save_following),
            post(f"{home}/apercu", opt=opt)(self.preview),
        )

    async def new_page(self, request: AnyRequest) -> Template:
        """Show the empty form, or that of a copy."""
        around, values = await self.form.begun(request.query_params)
        return await self._page(self._new(), around, values)

    async def create(self, request: AnyRequest) -> Template | Redirect:
        """Create one; what it touches is asked about first."""
        return await self._submitted(self._new(), await form(request))

    async def edit_page(self, request: AnyRequest) -> Template:
        """Show its form, with its next dates."""
        series_id = await self._asked(request)
        shown = await self.form.instead(series_id) if self.form.instead else None
        after = request.query_params.get("apres", "")
        return shown or await self._saved_page(await self._edit(series_id), after)

    async def save(self, request: AnyRequest) -> Template | Redirect:
        """Save it; what it touches is asked about first."""
        series_id = await self._asked(request)
        return await self._changed(lambda: self._edit(series_id), await form(request))

    async def following_page(self, request: AnyRequest) -> Template:
        """Show the form of a date and of those that follow (C-11)."""
        series_id = await self._asked(request)
        return await self._saved_page(await self._following(series_id, _day(request)))

    async def save_following(self, request: AnyRequest) -> Template | Redirect:
        """Change a date and those that follow; those before stay as they were."""
        series_id, day = await self._asked(request), _day(request)
        return await self._changed(lambda: self._following(series_id, day), await form(request))

    async def preview(self, request: AnyRequest) -> Template:
        """Show what the form would do as it stands, beside it."""
        typed = await form(request)
        before, besides = await self.changed_by(typed)
        around = await self.form.around(typed, before)
        found, wrong = await self._preview(typed, around, before, besides)
        return page("planning/preview.html", preview=found, wrong=wrong)

    async def changed_by(self, typed: Form) -> tuple[Drafted | None, UUID | None]:
        """Read which series a form changes, as it stands; None: a new one."""
        try:
            besides = UUID(typed.text("besides"))
        except ValueError:
            return None, None
        await self.form.within(besides)
        return (await self.stated(besides))[0], besides

    async def stated(self, series_id: UUID) -> tuple[Drafted, str]:
        """Read a series as the draft that would make it, with its version; raises `NotFound`."""
        found = await planning.stated(self.subject.ref(series_id))
        if not isinstance(found.draft, self.form.draft):
            raise NotFound
        return found.draft, found.version

    async def _asked(self, request: AnyRequest) -> UUID:
        series_id: UUID = request.path_params[self.subject.parameter]
        await self.form.within(series_id)
        return series_id

    def _new(self) -> Sheet[Drafted]:
        words, action = self.form.words(), f"{self.subject.home}/nouvelle"
        return Sheet(heading=words.new, action=action, change=Create, said=words.created)

    async def _edit(self, series_id: UUID) -> Sheet[Drafted]:
        ref = self.subject.ref(series_id)
        draft, version = await self.stated(series_id)
        return Sheet(
            heading=self._title(draft),
            action=self.subject.href(series_id),
            change=lambda made: Edit(ref, made),
            said=self.form.words().changed,
            before=draft,
            besides=series_id,
            whole=True,
            version=version,
        )

    async def _following(self, series_id: UUID, day: date) -> Sheet[Drafted]:
        ref = self.subject.ref(series_id)
        _whole, version = await self.stated(series_id)
        draft = await planning.following(ref, day)
        if not isinstance(draft, self.form.draft):
            raise NotFound
        return Sheet(
            heading=_("Changer la suite de « %(title)s »", title=self._title(draft)),
            action=self.subject.href(series_id, f"/suite/{day}"),
            change=lambda made: EditFollowing(ref, day, made),
            said=_("La suite est modifiée. Les dates d’avant restent comme elles étaient."),
            back=self.subject.href(series_id, f"/dates/{day}"),
            before=draft,
            besides=series_id,
            version=version,
        )

    def _title(self, draft: Drafted) -> str:
        named = draft.label if isinstance(draft, ClosureDraft) else draft.title
        return named or self.form.words().untitled

    async def _changed(
        self, made: Callable[[], Awaitable[Sheet[Drafted]]], typed: Form
    ) -> Template | Redirect:
        """Save what was typed, or show beside it what somebody else saved since."""
        sheet = await made()
        if typed.text("version") != sheet.version:
            return await self._conflict(sheet, typed)
        try:
            return await self._submitted(sheet, typed)
        except ChangedMeanwhile:
            return await self._conflict(await made(), typed)

    async def _submitted(self, sheet: Sheet[Drafted], typed: Form) -> Template | Redirect:
        around, more = await self.form.around(typed, sheet.before), dict[str, Any]()
        try:
            draft = self.form.read(typed, around, sheet.before)
            if not typed.text("preview"):
                first = await self._asked_first(sheet, typed, draft, around)
                if not first:
                    return await self._saved(sheet, typed, draft, around)
                more = {"first": first, "status": 409}
        except InvalidInput as wrong:
            more = {"errors": fields_of(wrong, self.form.asked), "status": 422}
        except (TouchesBookings, ImpactChanged) as touched:
            more = {"impact": impacts.refused(touched, typed), "status": 409}
        return await self._page(sheet, around, self.form.typed_values(typed), **more)

    async def _asked_first(
        self, sheet: Sheet[Drafted], typed: Form, draft: Drafted, around: Around
    ) -> Values:
        if self.form.asked_first is None:
            return {}
        return await self.form.asked_first(typed, draft, around, sheet.besides)

    async def _saved(
        self, sheet: Sheet[Drafted], typed: Form, draft: Drafted, around: Around
    ) -> Redirect:
        decision, seen = impacts.decision_of(typed), sheet.version or None
        saved = await planning.save(sheet.change(draft), reach.actor(), decision, seen=seen)
        if self.form.is_past(draft):
            flashes.add("warning", self.form.words().past)
        said = (
            self.form.said(sheet.before, draft) if sheet.before and self.form.said else sheet.said
        )
        flashes.add("success", impacts.joined(said, impacts.settled(saved, decision)))
        if self.form.preview is not None and draft.recurrence is None:
            # Beside the form it is said as well, but not to whoever has no script and no need to look.
            for sentence in (await self.form.preview(draft, around, saved.id)).clocks:
                flashes.add("info", sentence)
        if sheet.besides == saved.id:
            return Redirect(self.subject.href(saved.id), status_code=303)
        return Redirect(self.form.listed_at(around, draft), status_code=303)

    async def _conflict(self, sheet: Sheet[Drafted], typed: Form) -> Template:
        around, values = await self.form.around(typed, sheet.before), self.form.typed_values(typed)
        saved = self.form.values_of(sheet.before) if sheet.before else {}
        now, then = (_with_days(self.form.in_words(one, around)) for one in (values, saved))
        found = saving.differences(now, then, self.form.labels())
        return await self._page(sheet, around, values, conflict=found, status=409)

    async def _preview(
        self, typed: Form, around: Around, before: Drafted | None, besides: UUID | None
    ) -> tuple[Preview | None, Sequence[str]]:
        """Say what a form would do, or what is wrong of what is typed already; neither: go on."""
        if self.form.preview is None:
            return None, ()
        try:
            draft = self.form.read(typed, around, before)
        except InvalidInput as wrong:
            said = fields_of(wrong, self.form.asked)
            return None, [sentence for name, sentence in said.items() if typed.text(name)]
        return await self.form.preview(draft, around, besides), ()

    async def _saved_page(self, sheet: Sheet[Drafted], after: str = "") -> Template:
        values = self.form.values_of(sheet.before) if sheet.before else {}
        around = await self.form.around(series.form_of(values), sheet.before)
        return await self._page(sheet, around, values, after=after)

    async def _page(
        self, sheet: Sheet[Drafted], around: Around, values: Values, **more: Any
    ) -> Template:
        """Show a form; `more` are its status, errors, conflict, impact, and what is asked first."""
        context: dict[str, Any] = {
            "impact": None,
            "conflict": None,
            "first": {},
            "after": "",
            **more,
        }
        errors = {**context.pop("errors", {}), **impacts.undecided_error(context["impact"])}
        after, typed = context.pop("after"), series.form_of(values)
        whole = sheet.besides if sheet.whole else None
        preview, wrong = await self._preview(typed, around, sheet.before, sheet.besides)
        dated = whole is not None and self.form.preview and sheet.before and sheet.before.recurrence
        return page(
            self.form.template,
            sheet=sheet,
            back=sheet.back or self.form.listed_at(around, None),
            back_text=_("Retour à cette date") if sheet.back else self.form.words().all_of_them,
            values=values,
            errors=errors,
            preview=preview,
            wrong=wrong,
            dates=await series.dates_of(self.subject, whole, after) if whole and dated else None,
            last=await saving.last_change(self.subject.kind, whole) if whole else None,
            **await self.form.context(values, around),
            **context,
        )


def _with_days(values: Values) -> Values:
    """Write the days of what is typed or saved as people read them; what is none stays as it is."""
    found = {name: calendar_day(str(values[name])) for name in DAYS if name in values}
    return {**values, **{name: in_words(one) for name, one in found.items() if one}}


def _day(request: AnyRequest) -> date:
    return request.path_params["day"]
