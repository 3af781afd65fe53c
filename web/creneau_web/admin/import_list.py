"""The files that were sent in the last week, and the kinds of files that can be (T-14)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.imports import service as imports
from creneau.imports.kinds.known import KINDS
from creneau.imports.schemas import DataImport, ImportKind
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from creneau_web import lists
from creneau_web.access import permission

HOME: Final = "/administration/imports"
RIGHT: Final = "import:create"


class KindCard(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of file as the first page offers it."""

    code: str
    label: str
    hint: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A file in the list; `sent_at` is local to the tenant."""

    id: UUID
    file_name: str
    kind: ImportKind
    sent_at: datetime
    lines: int
    state: str


@get(HOME, opt=permission(RIGHT))
async def imports_page() -> Template | Redirect:
    """Offer the kinds of files, and show what was sent in the last week."""
    return await lists.list_page(
        "admin/imports.html",
        await _arranged(),
        kinds=[card(code) for code in KINDS],
        labels=labels(),
        states=_states(),
    )


async def _export() -> lists.Export:
    return lists.exported("imports", _("Imports"), await _arranged())


async def _arranged() -> lists.Listing[Row]:
    zone = ZoneInfo(current_tenant.get().time_zone)
    return lists.arranged(
        [_row(one, zone) for one in await imports.imports()],
        _columns(),
        words_label=_("Fichier"),
        text_of=lambda row: row.file_name,
        choices=[
            lists.Choice(
                name="contenu",
                label=_("Contenu"),
                options=tuple(labels().items()),
                value_of=lambda row: row.kind,
            ),
            lists.Choice(
                name="etat",
                label=_("État"),
                options=tuple(_states().items()),
                value_of=lambda row: row.state,
            ),
        ],
    )


def _row(one: DataImport, zone: ZoneInfo) -> Row:
    return Row(
        id=one.id,
        file_name=one.file_name,
        kind=one.kind,
        sent_at=one.created_at.astimezone(zone),
        lines=one.lines,
        state=_state(one),
    )


def _columns() -> list[lists.Column[Row]]:
    return [
        lists.Column(name="fichier", label=_("Fichier"), key=lambda row: row.file_name),
        lists.Column(name="contenu", label=_("Contenu"), key=lambda row: labels()[row.kind]),
        lists.Column(
            name="envoi",
            label=_("Envoyé le"),
            key=lambda row: row.sent_at,
            cell=lambda row: row.sent_at.replace(tzinfo=None),
        ),
        lists.Column(name="lignes", label=_("Lignes"), key=lambda row: row.lines, number=True),
        lists.Column(name="etat", label=_("État"), key=lambda row: _states()[row.state]),
    ]


def _state(one: DataImport) -> str:
    if one.state == "checked":
        return "wrong" if one.wrong else "ready"
    return "done" if one.state == "done" else "under_way"


def _states() -> dict[str, str]:
    return {
        "under_way": _("En cours"),
        "wrong": _("À corriger"),
        "ready": _("Prêt à écrire"),
        "done": _("Écrit"),
    }


def card(kind: ImportKind) -> KindCard:
    """Give a kind of file as the page offers it."""
    hints: Mapping[ImportKind, str] = {
        "places": _("Nom, adresse, téléphone, accès."),
        "agents": _("Chacun est invité par e-mail."),
        "persons": _("Nom, prénom, de quoi les joindre."),
        "openings": _("Qui reçoit, où, pour quoi, quels jours."),
    }
    return KindCard(code=kind, label=labels()[kind], hint=hints[kind])


def labels() -> Mapping[ImportKind, str]:
    """Name the kinds of files."""
    return {
        "places": _("Lieux"),
        "agents": _("Agents"),
        "persons": _("Personnes reçues"),
        "openings": _("Plages d’ouverture"),
    }


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    imports_page,
    lists.export_route(HOME, RIGHT, _export),
)
