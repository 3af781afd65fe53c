"""How far the first steps are: read from what exists, never from a flag (T-02).

So whoever takes them up again, on whichever computer, finds them where the tenant stands.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec
from creneau.agents import service as agents
from creneau.availability import service as availability
from creneau.availability.schemas import AGENT
from creneau.i18n import gettext as _
from creneau.i18n import local, ngettext
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.organisations import service as organisations
from creneau.places import service as places

from creneau_web.admin import reach
from creneau_web.visit import visit

HOME: Final = "/administration/premiers-pas"
State = Literal["done", "next", "open", "optional", "locked"]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One of the first steps; `found` says what there is, `missing` what the public waits for.

    `locked`: who asks lacks the right; an administrator who holds it goes on.
    """

    code: str
    title: str
    hint: str
    href: str
    state: State
    found: str = ""
    missing: str = ""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """All of the first steps; `next_slot` is the first time that the public would be offered."""

    steps: Sequence[Step]
    published: bool
    next_slot: datetime | None

    @property
    def missing(self) -> list[str]:
        """What is missing before the public can book, in sentences."""
        return [step.missing for step in self.steps if step.missing]

    def after(self, code: str) -> Step:
        """Give the step to go on to after one: the next that is not done."""
        codes = [step.code for step in self.steps]
        rest = self.steps[codes.index(code) + 1 :]
        return next((step for step in rest if step.state != "done"), self.steps[-1])


class _Stock(msgspec.Struct, frozen=True, kw_only=True):
    """What the tenant has."""

    contact: str
    places: Sequence[str]
    motives: Sequence[Motive]
    offered: Sequence[Motive]
    team: int
    next_slot: datetime | None
    published: bool


async def progress() -> Progress:
    """Tell how far the tenant is."""
    stock = await _stock()
    steps = [_permitted(step, right) for step, right in _steps(stock)]
    upcoming = next((step for step in steps if step.state == "open"), None)
    return Progress(
        steps=[
            msgspec.structs.replace(step, state="next") if step is upcoming else step
            for step in steps
        ],
        published=stock.published,
        next_slot=stock.next_slot,
    )


async def _stock() -> _Stock:
    directory = visit().directory
    houses = await organisations.organisations()
    offered = await motives.public_motives()
    return _Stock(
        contact=next(
            (one.phone or one.opening_hours for one in houses if one.phone or one.opening_hours), ""
        ),
        places=[place.name for place in await places.places()],
        motives=await motives.motives(bookable_by="everyone"),
        offered=offered,
        team=len(await agents.agents()),
        next_slot=await _next_slot(offered),
        published=directory is not None and directory.state == "active",
    )


async def _next_slot(offered: Sequence[Motive]) -> datetime | None:
    for motive in offered[:3]:
        found = await places.places(motive.organisation_id)
        slots = await availability.next_available(
            motive.id, [place.id for place in found], asking=AGENT
        )
        if slots:
            first = min(slots.values(), key=lambda slot: slot.starts_at)
            zones = {place.id: place.time_zone for place in found}
            return local(first.starts_at, ZoneInfo(zones[first.place_id]))
    return None


def _steps(stock: _Stock) -> list[tuple[Step, str]]:
    return [
        (_organisation(stock), "organisation:update"),
        (_place(stock), "place:update"),
        (_template(stock), "service:update"),
        (_team(stock), "agent:update"),
        (_opening(stock), "appointment:update"),
        (_look(), "tenant:update"),
        (_publication(stock), "tenant:update"),
    ]


def _permitted(step: Step, right: str) -> Step:
    if step.state == "done" or reach.rights().can(right):
        return step
    return msgspec.structs.replace(step, state="locked")


def _organisation(stock: _Stock) -> Step:
    return Step(
        code="organisation",
        title=_("Vos coordonnées"),
        hint=_(
            "Le téléphone et les horaires que le public voit quand aucun rendez-vous n’est libre."
        ),
        href=f"{HOME}/organisation",
        state="done" if stock.contact else "open",
        found=stock.contact.partition("\n")[0],
    )


def _place(stock: _Stock) -> Step:
    return Step(
        code="lieu",
        title=_("Un lieu"),
        hint=_("Où vous recevez, et comment on y entre."),
        href=f"{HOME}/lieu",
        state="done" if stock.places else "open",
        found=", ".join(stock.places[:3]),
        missing="" if stock.places else _("Ajoutez un lieu : sans lui, personne ne sait où venir."),
    )


def _template(stock: _Stock) -> Step:
    number = len(stock.motives)
    return Step(
        code="modele",
        title=_("Vos motifs"),
        hint=_("Ce pour quoi on prend rendez-vous. Cochez dans le modèle de votre métier."),
        href=f"{HOME}/modele",
        state="done" if number else "open",
        found=ngettext("%(number)s motif ouvert à tous", "%(number)s motifs ouverts à tous", number)
        if number
        else "",
        missing="" if number else _("Choisissez au moins un motif ouvert à tous."),
    )


def _team(stock: _Stock) -> Step:
    others = stock.team - 1
    return Step(
        code="equipe",
        title=_("Vos collègues"),
        hint=_("Invitez qui reçoit ou tient l’accueil avec vous. Vous pourrez le faire plus tard."),
        href=f"{HOME}/equipe",
        state="done" if others > 0 else "optional",
        found=ngettext("%(number)s collègue avec vous", "%(number)s collègues avec vous", others)
        if others > 0
        else "",
    )


def _opening(stock: _Stock) -> Step:
    number = len(stock.offered)
    missing = _("Ouvrez des heures : sans elles, aucun rendez-vous n’est proposé.")
    return Step(
        code="ouverture",
        title=_("Vos premières heures"),
        hint=_("Quand vous recevez, chaque semaine, vous ou une personne de l’équipe."),
        href=f"{HOME}/ouverture",
        state="done" if number else "open",
        found=ngettext(
            "%(number)s motif a des heures ouvertes",
            "%(number)s motifs ont des heures ouvertes",
            number,
        )
        if number
        else "",
        missing="" if number else missing,
    )


def _look() -> Step:
    return Step(
        code="apercu",
        title=_("Un regard sur la page"),
        hint=_("La page du public telle qu’elle sera. Vous seuls la voyez avant la publication."),
        href="/",
        state="optional",
    )


def _publication(stock: _Stock) -> Step:
    return Step(
        code="publication",
        title=_("La publication"),
        hint=_("La page s’ouvre à tout le monde."),
        href=f"{HOME}/publication",
        state="done" if stock.published else "open",
        found=_("Votre page est ouverte au public.") if stock.published else "",
    )
