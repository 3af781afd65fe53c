"""Openings: their form with what it would do, and copies of them (C-10, C-13, C-14)."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.planning.drafts import OpeningDraft
from creneau.planning.listed import ahead
from creneau.refusals import NotFound
from litestar import Request, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Template

from creneau_web.access import permission
from creneau_web.forms import Form, form
from creneau_web.planning import opening_form as forms
from creneau_web.planning import owners, series
from creneau_web.planning.ahead import Clash, Preview, clashes_of, of_opening, today
from creneau_web.planning.offers import Offer, offer_for
from creneau_web.planning.owners import UPDATE, Owner
from creneau_web.planning.pages import SeriesPages
from creneau_web.planning.sheets import SeriesForm, Values, Words
from creneau_web.planning.subjects import OPENINGS
from creneau_web.planning.typed import calendar_day, clock
from creneau_web.rendering import page


class Around(msgspec.Struct, frozen=True):
    """Whose opening it is, and where and for what they can receive."""

    owner: Owner
    offer: Offer


def _words() -> Words:
    return Words(
        untitled=_("Plage d’ouverture"),
        new=_("Créer une plage d’ouverture"),
        all_of_them=_("Toutes les plages d’ouverture"),
        created=_("La plage d’ouverture est enregistrée."),
        changed=_("La plage d’ouverture est modifiée."),
        past=_("Toutes ses dates sont déjà passées : vérifiez l’année."),
    )


async def _begun(asked: Mapping[str, str]) -> tuple[Around, Values]:
    """Begin at the time that an address asks for, or as a copy of another opening."""
    known, agent = await owners.owners(UPDATE), asked.get("agent", "")
    if copied := asked.get("copie", ""):
        return await _copy(copied, agent, known)
    owner = await owners.chosen(known, agent)
    around = await _for(owner, None)
    return around, forms.empty(owner, around.offer, *_asked_start(asked.get("debut", "")))


async def _copy(copied: str, agent: str, known: Sequence[Owner]) -> tuple[Around, Values]:
    try:
        opening_id = UUID(copied)
    except ValueError as error:
        raise NotFound from error
    source = await series.within(OPENINGS, opening_id, UPDATE)
    draft, _version = await PAGES.stated(opening_id)
    owner = await owners.chosen(known, agent) if agent else source
    next_one = next(ahead(draft, today()), draft.window)
    fresh = msgspec.structs.replace(draft, first_day=next_one.first_day, resource_id=owner.id)
    return await _for(owner, draft), forms.values_of(fresh)


def _asked_start(text: str) -> tuple[str, str, str]:
    day, _sign, at = text.partition("T")
    first, start = calendar_day(day), clock(at[:5])
    return (
        first.isoformat() if first else "",
        f"{start:%H:%M}" if start else "",
        f"{start.hour + 1:02}:{start:%M}" if start and start.hour < time.max.hour else "",
    )


async def _around(typed: Form, before: OpeningDraft | None) -> Around:
    return await _for(await owners.typed(typed), before)


async def _for(owner: Owner, before: OpeningDraft | None) -> Around:
    if before is None:
        return Around(owner, await offer_for(owner))
    kept = before.motive_ids
    return Around(owner, await offer_for(owner, place_id=before.place_id, motive_ids=kept))


def _read(typed: Form, around: Around, before: OpeningDraft | None) -> OpeningDraft:
    kept = before.recurrence if before else None
    return forms.draft_of(typed, around.owner, around.offer, kept)


def _in_words(values: Values, around: Around) -> Values:
    """Write what is typed or saved as people read it, to be compared."""
    places = {str(one.id): one.name for one in around.offer.places}
    ticked = [one.name for one in around.offer.motives if str(one.id) in values["motives"]]
    return {
        **{name: str(values[name]) for name in ("title", "first_day", "start_time", "end_time")},
        "agent": owners.said(around.owner, values["agent"]),
        "place_id": places.get(values["place_id"], ""),
        "motives": ", ".join(ticked),
        "rule": series.rule_typed(values),
    }


async def _preview(draft: OpeningDraft, around: Around, besides: UUID | None) -> Preview:
    # A place that is archived by now, or another organisation's, goes by the space's own clocks.
    zones = {one.id: one.time_zone for one in around.offer.places}
    zone = zones.get(draft.place_id, current_tenant.get().time_zone)
    return of_opening(draft, await clashes_of(draft, around.owner, besides), zone)


async def _asked_first(
    typed: Form, draft: OpeningDraft, around: Around, besides: UUID | None
) -> dict[str, Any]:
    """Give the overlaps that were not shown yet; they are allowed (C-13)."""
    clashes = await clashes_of(draft, around.owner, besides)
    seen = _named(clashes)
    if not clashes or typed.text("clashes_seen") == seen:
        return {}
    return {"clashes": clashes, "seen": seen}


def _named(clashes: Sequence[Clash]) -> str:
    """Name the overlaps that were shown, so that another one is shown as well."""
    return " ".join(sorted(one.href.rpartition("/")[2] for one in clashes))


async def _context(values: Values, around: Around) -> Values:
    return {"offer": around.offer, **await series.choices_of(values)}


@post(f"{OPENINGS.home}/lieux-et-motifs", opt=permission(UPDATE))
async def where(request: Request[Any, Any, Any]) -> Template:
    """Show where, and for what, whoever is chosen in the form can receive."""
    typed = await form(request)
    before, _besides = await PAGES.changed_by(typed)
    offer = (await _around(typed, before)).offer
    return page("planning/where.html", offer=offer, values=forms.typed_values(typed), errors={})


PAGES: Final = SeriesPages(
    SeriesForm(
        subject=OPENINGS,
        right=UPDATE,
        template="planning/opening.html",
        draft=OpeningDraft,
        words=_words,
        labels=forms.labels,
        within=lambda opening_id: series.within(OPENINGS, opening_id, UPDATE),
        begun=_begun,
        around=_around,
        values_of=forms.values_of,
        typed_values=forms.typed_values,
        read=_read,
        in_words=_in_words,
        listed_at=lambda around, _draft: owners.href(OPENINGS.home, around.owner),
        is_past=series.is_past,
        context=_context,
        preview=_preview,
        asked_first=_asked_first,
    )
)
ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (*PAGES.routes(), where)
