"""The referential as a list, and what is asked of it as another (S-03)."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from creneau.i18n import gettext as _
from creneau_web.ui import lists

from creneau_social.naming.schemas import MotiveName, NameRequest

Services = Sequence[tuple[str, str]]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A name in the list, with its service's."""

    id: UUID
    service_id: str
    service: str
    name: str
    motives: int


def names(found: Sequence[MotiveName], services: Services) -> lists.Listing[Row]:
    """Arrange the names, service by service unless asked otherwise; `services` by id and name."""
    named = dict(services)
    rows = [
        Row(
            id=one.id,
            service_id=str(one.service_id),
            service=named.get(str(one.service_id), ""),
            name=one.name,
            motives=one.motives,
        )
        for one in found
    ]
    return lists.arranged(
        sorted(rows, key=lambda row: lists.folded(row.service)),
        _columns(),
        words_label=_("Nom"),
        text_of=lambda row: row.name,
        choices=[
            lists.Choice(
                name="service",
                label=_("Service"),
                options=services,
                value_of=lambda row: row.service_id,
            )
        ],
    )


def _columns() -> list[lists.Column[Row]]:
    return [
        lists.Column(name="nom", label=_("Nom"), key=lambda row: row.name),
        lists.Column(name="service", label=_("Service"), key=lambda row: row.service),
        lists.Column(
            name="motifs",
            label=_("Motifs en service"),
            key=lambda row: row.motives,
            number=True,
        ),
        lists.Column(name="action", label=_("Action")),
    ]


def requests(found: Sequence[NameRequest]) -> lists.Listing[NameRequest]:
    """Arrange the requests, those that wait first unless asked otherwise."""
    services = sorted({(str(one.service_id), one.service_name) for one in found}, key=_label)
    return lists.arranged(
        found,
        _request_columns(),
        words_label=_("Nom"),
        text_of=lambda one: one.name,
        choices=[
            lists.Choice(
                name="service",
                label=_("Service"),
                options=services,
                value_of=lambda one: str(one.service_id),
            ),
            lists.Choice(
                name="etat",
                label=_("État"),
                options=tuple(states().items()),
                value_of=lambda one: one.state,
            ),
        ],
    )


def _label(option: tuple[str, str]) -> str:
    return lists.folded(option[1])


def _request_columns() -> list[lists.Column[NameRequest]]:
    return [
        lists.Column(name="nom", label=_("Nom"), key=lambda one: one.name),
        lists.Column(name="service", label=_("Service"), key=lambda one: one.service_name),
        lists.Column(
            name="organisation", label=_("Organisation"), key=lambda one: one.organisation_name
        ),
        lists.Column(
            name="demande",
            label=_("Demandé le"),
            key=lambda one: one.asked_at,
            cell=lambda one: one.asked_at.replace(tzinfo=None),
        ),
        lists.Column(
            name="par",
            label=_("Demandé par"),
            cell=lambda one: one.asked_by_name,
            only_exported=True,
        ),
        lists.Column(
            name="raison",
            label=_("À quoi sert ce motif"),
            cell=lambda one: one.reason,
            only_exported=True,
        ),
        lists.Column(
            name="etat",
            label=_("État"),
            key=lambda one: one.state,
            cell=lambda one: states()[one.state],
        ),
        lists.Column(
            name="reponse", label=_("Réponse"), cell=lambda one: one.answer, only_exported=True
        ),
    ]


def states() -> dict[str, str]:
    """Name what became of requests."""
    return {
        "waiting": _("En attente"),
        "accepted": _("Accepté"),
        "refused": _("Pas retenu"),
    }
