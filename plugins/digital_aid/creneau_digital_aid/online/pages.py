"""The tab "Réservation en ligne" of the settings (D-01)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
from creneau import clock
from creneau.i18n import gettext as _
from creneau.i18n import moment
from creneau.refusals import NotFound
from creneau_web.ui import lists, permission, visit
from litestar import get
from litestar.response import Redirect, Template

from creneau_digital_aid.online import service
from creneau_digital_aid.online.schemas import MotiveState

HREF: Final = "/administration/digital-aid/reservation-en-ligne"
RIGHT: Final = "motive:update"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A motive in the summary; `missing` says why it cannot be booked, nothing where it can."""

    state: MotiveState
    missing: Sequence[str]
    note: str

    @property
    def href(self) -> str:
        """The address of the motive's form."""
        return f"/administration/motifs/{self.state.id}"


@get(HREF, opt=permission(RIGHT))
async def summary_page() -> Template | Redirect:
    """Show every motive with whether it is open online, and why not (D-01, D-02, D-03)."""
    found = await service.states(_theirs())
    return await lists.list_page(
        "digital_aid/online.html",
        _arranged(found),
        houses=list(dict(_houses(found)).items()),
        known=len(found),
        open_count=sum(one.bookable for one in found),
        waiting_for_openings=[one for one in found if one.marked and not one.carried],
    )


async def _export() -> lists.Export:
    found = _arranged(await service.states(_theirs()))
    return lists.exported("reservation-en-ligne", _("Réservation en ligne"), found)


def _arranged(found: Sequence[MotiveState]) -> lists.Listing[Line]:
    houses = _houses(found)
    choices: list[lists.Choice[Line]] = [
        lists.Choice(
            name="etat",
            label=_("En ligne"),
            options=(("ouvert", _("Réservable")), ("ferme", _("Fermé"))),
            value_of=_state,
        ),
        lists.Choice(
            name="structure",
            label=_("Structure"),
            options=houses,
            value_of=lambda line: str(line.state.organisation_id),
        ),
    ]
    return lists.arranged(
        [_line(one) for one in found],
        _columns(several=len(houses) > 1),
        words_label=_("Motif"),
        text_of=lambda line: line.state.name,
        choices=choices if len(houses) > 1 else choices[:1],
    )


def _houses(found: Sequence[MotiveState]) -> list[tuple[str, str]]:
    return list({str(one.organisation_id): one.organisation_name for one in found}.items())


def _state(line: Line) -> str:
    return "ouvert" if line.state.bookable else "ferme"


def _columns(*, several: bool) -> list[lists.Column[Line]]:
    return [
        lists.Column(name="motif", label=_("Motif"), key=lambda line: line.state.name),
        lists.Column(
            name="structure",
            label=_("Structure"),
            key=lambda line: line.state.organisation_name,
            only_exported=not several,
        ),
        lists.Column(
            name="etat",
            label=_("En ligne"),
            key=_state,
            cell=lambda line: _("Réservable") if line.state.bookable else _("Fermé"),
        ),
        lists.Column(
            name="manque",
            label=_("Ce qui manque"),
            cell=lambda line: " ".join(line.missing),
            only_exported=True,
        ),
        lists.Column(name="delais", label=_("Quand peut-on réserver ?")),
        lists.Column(
            name="prochaine",
            label=_("Prochaine disponibilité"),
            key=lambda line: line.state.next_at,
            cell=lambda line: line.state.next_local and line.state.next_local.replace(tzinfo=None),
        ),
    ]


def _theirs() -> Sequence[UUID] | None:
    rights = visit().rights
    if rights is None:
        raise NotFound
    return None if rights.everywhere(RIGHT) else sorted(rights.organisations(RIGHT))


def _line(state: MotiveState) -> Line:
    return Line(state=state, missing=_missing(state), note=note_of(state))


def _missing(state: MotiveState) -> list[str]:
    said: list[str] = []
    if state.audience == "prescribers":
        said.append(
            _(
                "Il n’est ouvert qu’aux logiciels de vos partenaires. Les prescripteurs qui passent"
                " par votre lien ont besoin de « Tout le monde, en ligne »."
            )
        )
    elif not state.marked:
        said.append(
            _("Il n’est pas réservable en ligne : « Qui peut réserver ? » dit autre chose.")
        )
    if not state.carried and state.group:
        said.append(_("Aucune séance à venir."))
    elif not state.carried:
        said.append(_("Aucune plage d’ouverture à venir ne le porte."))
    return said


def note_of(state: MotiveState) -> str:
    """Say when the first slots appear, where they are further away than may be booked by now."""
    if not state.bookable or state.next_at is None or state.next_local is None:
        return ""
    shown_from = state.next_local - timedelta(minutes=state.maximum_notice_minutes)
    if shown_from <= clock.now():
        return ""
    return _(
        "Ses premiers créneaux apparaîtront le %(moment)s : ils sont au-delà du délai maximum.",
        moment=moment(shown_from),
    )


ROUTES: Final = (summary_page, lists.export_route(HREF, RIGHT, _export))
