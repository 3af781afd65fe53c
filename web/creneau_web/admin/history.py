"""Who did what and when, in the whole space, the latest first (C-66)."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau.agents import service as agents
from creneau.context import current_tenant
from creneau.history import service as history
from creneau.history.queries import Asked, Told
from creneau.i18n import gettext as _
from litestar import get
from litestar.response import Redirect, Template

from creneau_web import lists
from creneau_web.access import permission
from creneau_web.admin import reach
from creneau_web.history.telling import Line, line

HOME: Final = "/administration/historique"
RIGHT: Final = "history:read"
WHO, KIND, SUBJECT, WHEN = "qui", "sujet", "id", "quand"


@get(HOME, opt=permission(RIGHT))
async def history_page() -> Template | Redirect:
    """Show a page of the history; what cannot be read of the address is said, and left out."""
    reach.require_everywhere(RIGHT)
    asked = await _asked()
    wanted = _wanted(asked)
    total = await history.counted(wanted)
    found, names = await history.listed(wanted, lists.PAGE_SIZE, asked.skipped(total))
    rows = [_line((entry, names)) for entry in found]
    return await lists.list_page(
        "admin/history.html",
        lists.shown(rows, total, _columns(), asked),
        one=bool(asked.value(SUBJECT)),
    )


async def _export() -> lists.Export:
    reach.require_everywhere(RIGHT)
    wanted, columns = _wanted(await _asked()), _columns()
    return lists.export_of(
        columns,
        name="historique",
        title=_("Historique"),
        total=await history.counted(wanted),
        feed=lists.fed_by(history.each, wanted, _line),
    )


async def _asked() -> lists.Asked:
    people = [(str(agent.id), agent.display_name) for agent in await agents.agents()]
    subject = lists.uuid_of(lists.parameter(SUBJECT))
    only = [(str(subject), _("un seul élément"))] if subject else []
    filters = [
        lists.Filter(name=WHO, label=_("Qui"), options=people),
        lists.Filter(name=KIND, label=_("Au sujet de"), options=kinds()),
        *lists.period_filters(),
        lists.Filter(name=SUBJECT, label=_("Élément"), kind="fixed", options=only),
    ]
    return lists.turned_round(lists.asked_for(filters, {WHEN}, default_sort=f"-{WHEN}"))


def _wanted(asked: lists.Asked) -> Asked:
    since, to = lists.period_of(asked, _zone())
    return Asked(
        actor_id=lists.uuid_of(asked.value(WHO)),
        subject_kind=asked.value(KIND),
        subject_id=lists.uuid_of(asked.value(SUBJECT)),
        since=since,
        to=to,
        oldest_first=not asked.descending,
    )


def _columns() -> Sequence[lists.Column[Line]]:
    return [
        lists.Column(
            name=WHEN,
            label=_("Quand"),
            cell=lambda one: one.at.replace(tzinfo=None),
            sortable=True,
        ),
        lists.Column(name=WHO, label=_("Qui"), cell=lambda one: one.who, only_exported=True),
        lists.Column(name="quoi", label=_("Quoi"), cell=lambda one: one.sentence),
        lists.Column(
            name=KIND,
            label=_("Au sujet de"),
            cell=lambda one: dict(kinds()).get(one.kind, one.kind),
            only_exported=True,
        ),
    ]


def _line(told: tuple[Told, Mapping[UUID, str]]) -> Line:
    entry, names = told
    return line(entry, names, _zone())


def _zone() -> ZoneInfo:
    return ZoneInfo(current_tenant.get().time_zone)


def kinds() -> Sequence[tuple[str, str]]:
    """List what entries are about, as the filter offers it."""
    return (
        ("booking", _("Rendez-vous")),
        ("appointment", _("Créneaux collectifs")),
        ("person", _("Usagers")),
        ("agent", _("Agents")),
        ("organisation", _("Organisations")),
        ("service", _("Services")),
        ("place", _("Lieux")),
        ("motive", _("Motifs")),
        ("resource", _("Ressources")),
        ("opening", _("Ouvertures")),
        ("absence", _("Absences")),
        ("closure", _("Fermetures")),
        ("busy_source", _("Agendas extérieurs")),
        ("calendar_access", _("Adresses d’agenda")),
        ("message_wording", _("Textes des messages")),
        ("mail_setting", _("Expéditeur des e-mails")),
        ("sms_setting", _("SMS")),
        ("list", _("Listes exportées")),
        ("saved_search", _("Recherches enregistrées")),
        ("role", _("Rôles")),
        ("api_token", _("Jetons")),
        ("webhook", _("Webhooks")),
        ("identity_provider", _("Connexion")),
        ("data_import", _("Imports")),
        ("tenant", _("Espace")),
    )


ROUTES: Final = (history_page, lists.export_route(HOME, RIGHT, _export))
