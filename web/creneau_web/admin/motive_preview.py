"""What the public will see of a motive: its own pages, drawn with what is typed and not yet saved.

The pages are the real ones, in a plain frame: nothing of them can be sent, followed or reached by
the keyboard where the preview stands beside the form.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.i18n import gettext as _
from creneau.motives.schemas import Motive, MotiveDraft
from creneau.organisations import service as organisations
from creneau.organisations.schemas import Organisation, Service
from creneau.people.schemas import Contact
from creneau.places.schemas import Place
from creneau.plugins import active
from creneau.questions import service as questions
from creneau.questions.answering import fields_of
from creneau.questions.schemas import Question
from creneau_infra import clock
from creneau_tenants.sign_on import service as sign_on
from markupsafe import Markup

from creneau_web.admin.colours import colour_advice
from creneau_web.admin.motive_effects import effects
from creneau_web.admin.samples import NOBODY, booking_of, place_of, soon
from creneau_web.branding import branding_href, view_of
from creneau_web.public.for_others import without
from creneau_web.public.offers import OrganisationOffer, ServiceOffer, zone_note
from creneau_web.public.visible import changes
from creneau_web.rendering import environment
from creneau_web.visit import visit

SOMEBODY: Final = Contact(phone="+33199004077", address="12 rue des Lilas\n99000 Exempleville")
FRAME: Final = "admin/motive_screen.html"
HREF: Final = re.compile(r'(<a\b[^>]*?)\shref="[^"]*"')
BUTTON: Final = re.compile(r"<button\b(?![^>]*\btype=)")
SUBMIT: Final = re.compile(r'(<button\b[^>]*)\btype="submit"')
FORM: Final = re.compile(r"<(/?)form\b[^>]*>")
SECTION: Final = re.compile(r"<(/?)section\b([^>]*)>")
HIDDEN: Final = re.compile(r'<input[^>]*\btype="hidden"[^>]*>')
NAMED: Final = re.compile(r'\b(id|for|aria-labelledby|aria-describedby|name)="([^"]+)"')


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """One page as the public will see it."""

    title: str
    html: Markup


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """All that a motive's settings come to: sentences, and pages."""

    effects: Sequence[str]
    advice: Sequence[str]
    screens: Sequence[Screen]


class _Draft(msgspec.Struct, frozen=True):
    accepted: bool = False
    person_id: UUID | None = None


class _Step(msgspec.Struct, frozen=True):
    href: str = ""
    draft: _Draft = _Draft()


class _Scene(msgspec.Struct, frozen=True, kw_only=True):
    motive: Motive
    organisation: Organisation
    service: Service
    place: Place
    starts_at: datetime
    questions: Sequence[Question]
    offers: Sequence[Any]


async def preview_page(
    draft: MotiveDraft, *, asking: UUID | None, framed: bool, wrong: bool = False
) -> str:
    """Draw what the public will see, as a page of its own or for the frame beside the form.

    `asking` names the motive whose questions are asked; `wrong`: what was typed cannot be used,
    and something else is shown.

    Raises:
        NotFound: There is no such organisation here.
    """
    scene = await _scene(draft, asking)
    zone = ZoneInfo(scene.place.time_zone)
    shown = Preview(
        effects=[*effects(scene.motive, zone, _a_month_later(scene.starts_at))],
        advice=colour_advice(draft.colour),
        screens=[*_screens(scene)],
    )
    context = {"shown": shown, "name": draft.name, "colour": draft.colour}
    return _written("admin/motive_preview.html", **context, framed=framed, wrong=wrong)


def _written(template: str, **context: Any) -> str:
    # Not the context of a whole page: it would take what waits to be said on the real one.
    here = visit()
    directory = here.directory
    own = {
        "tenant": view_of(directory) if directory else None,
        "branding_href": branding_href(directory) if directory else None,
        "locale": here.locale,
    }
    return environment().get_template(template).render({**own, **context})


async def _scene(draft: MotiveDraft, asking: UUID | None) -> _Scene:
    organisation = await organisations.organisation(draft.organisation_id)
    motive = Motive(id=NOBODY, **msgspec.structs.asdict(draft))
    place = await place_of(organisation)
    services = {service.id: service for service in await organisations.services()}
    return _Scene(
        motive=motive,
        organisation=organisation,
        service=services.get(draft.service_id) or _some_service(),
        place=place,
        starts_at=soon(motive, ZoneInfo(place.time_zone)),
        questions=await questions.asked(asking) if asking else (),
        offers=await sign_on.offered("person"),
    )


def _some_service() -> Service:
    return Service(id=NOBODY, name=_("Votre service"), secretariat=False)


def _a_month_later(starts_at: datetime) -> datetime:
    """Choose the same day and hour four weeks later: its reminders are still to come."""
    return starts_at + timedelta(weeks=4)


def _screens(scene: _Scene) -> Iterator[Screen]:
    shared = {
        "motive": scene.motive,
        "organisation": scene.organisation,
        "place": scene.place,
        "contact": SOMEBODY,
        "starts_at": scene.starts_at,
        "zone_note": zone_note(scene.place),
        "refusal": "",
    }
    asked = {**shared, **_step(scene), "errors": {}, "error": "", "typed": {}}
    booked = {**shared, **_booked(scene)}
    if scene.motive.audience == "everyone":
        yield _screen("list", _("Dans la liste des motifs"), "public/service.html", _listed(scene))
    groups = [*fields_of(scene.questions), *without(active().booking_fields())]
    yield _screen(
        "identity",
        _("Qui vient"),
        "public/identity.html",
        {**asked, "groups": groups, "offers": scene.offers},
    )
    if scene.motive.instructions_before:
        read = {**asked, "others": None}
        yield _screen("before", _("Les consignes à accepter"), "public/instructions.html", read)
    yield _screen("done", _("Une fois confirmé"), "public/done.html", booked)
    if scene.motive.cancel_notice_minutes is not None:
        yield _screen("cancel", _("Pour annuler"), "public/cancel.html", booked)


def _listed(scene: _Scene) -> dict[str, Any]:
    offered = ServiceOffer(scene.service, [scene.motive])
    return {
        "service": scene.service,
        "organisations": [],
        "open": [OrganisationOffer(scene.organisation, [offered])],
    }


def _step(scene: _Scene) -> dict[str, Any]:
    minutes = 10
    at_nine = scene.starts_at.replace(hour=9, minute=minutes)
    return {"step": _Step(), "held_until": at_nine, "seconds_left": minutes * 60}


def _booked(scene: _Scene) -> dict[str, Any]:
    motive, now = scene.motive, clock.now()
    booking = booking_of(motive, scene.place, scene.starts_at)
    return {
        "booking": booking,
        "coming": True,
        "cancellable": motive.cancel_notice_minutes is not None,
        "movable": motive.move_notice_minutes is not None,
        "changes": changes(booking, motive, now),
        "who": "",
        "email": "camille@exemple.fr",
        "signed_in": True,
        "fragments": (),
        "base": "",
    }


def _screen(name: str, title: str, template: str, context: dict[str, Any]) -> Screen:
    return Screen(title=title, html=harmless(_written(template, layout=FRAME, **context), name))


def harmless(html: str, prefix: str) -> Markup:
    """Take out of a page all that could be sent or followed, and tell its names from others'.

    Only a template's own output comes in, in which whatever was typed is escaped.
    """
    plain = HIDDEN.sub("", html)
    plain = FORM.sub(r"<\1div>", plain)
    plain = SECTION.sub(lambda found: f"<{found[1]}div{_group(found)}>", plain)
    plain = SUBMIT.sub(r'\1type="button"', plain)
    plain = BUTTON.sub('<button type="button"', plain)
    plain = HREF.sub(r"\1", plain)
    renamed = NAMED.sub(
        lambda found: f'{found[1]}="{" ".join(f"{prefix}-{one}" for one in found[2].split())}"',
        plain,
    )
    return Markup(renamed)  # noqa: S704 - the output of templates, which escape


def _group(found: re.Match[str]) -> str:
    # A landmark for each part of each page would drown those of the preview itself.
    return "" if found[1] else f' role="group"{found[2]}'
