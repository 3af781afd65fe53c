"""Motives and whether they can be booked online, as both pages of it list them (D-02, D-03)."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
from creneau import clock
from creneau.i18n import gettext as _
from creneau.i18n import moment
from creneau_web.ui import lists

from creneau_digital_aid.online.schemas import MotiveState


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A motive; `missing` says why it cannot be booked, nothing where it can.

    `changeable`: whoever reads it may change the motive itself.
    """

    state: MotiveState
    missing: Sequence[str]
    changeable: bool = True

    @property
    def href(self) -> str:
        """The address of the motive's form."""
        return f"/administration/motifs/{self.state.id}"

    @property
    def note(self) -> str:
        """When the first slots appear, where they are further away than may be booked by now."""
        state = self.state
        if not state.bookable or state.next_at is None or state.next_local is None:
            return ""
        shown_from = state.next_local - timedelta(minutes=state.maximum_notice_minutes)
        if shown_from <= clock.now():
            return ""
        return _(
            "Ses premiers créneaux apparaîtront le %(moment)s : ils sont au-delà du délai maximum.",
            moment=moment(shown_from),
        )


def arranged(lines: Sequence[Line]) -> lists.Listing[Line]:
    """Arrange the motives as the address asks for them; of several structures, by structure, too."""
    houses = houses_of([line.state for line in lines])
    choices: list[lists.Choice[Line]] = [
        lists.Choice(
            name="etat",
            label=_("En ligne"),
            options=(("ouvert", _("Réservable")), ("ferme", _("Fermé"))),
            value_of=_bookable,
        ),
        lists.Choice(
            name="structure",
            label=_("Structure"),
            options=houses,
            value_of=lambda line: str(line.state.organisation_id),
        ),
    ]
    several = len(houses) > 1
    return lists.arranged(
        lines,
        _columns(several=several),
        words_label=_("Motif"),
        text_of=lambda line: line.state.name,
        choices=choices if several else choices[:1],
    )


def exported(lines: Sequence[Line]) -> lists.Export:
    """Give the list to be written into a file."""
    return lists.exported("reservation-en-ligne", _("Réservation en ligne"), arranged(lines))


def houses_of(found: Sequence[MotiveState]) -> list[tuple[str, str]]:
    """Name the structures that some motives belong to."""
    return list({str(one.organisation_id): one.organisation_name for one in found}.items())


def _bookable(line: Line) -> str:
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
            key=_bookable,
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
