"""Who did what and when, in the whole space, the latest first (C-66)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.agents import service as agents
from creneau.context import current_tenant
from creneau.history import service as history
from creneau.history.queries import Asked
from creneau.i18n import gettext as _
from litestar import Request, get
from litestar.response import Template

from creneau_web.access import permission
from creneau_web.admin import reach
from creneau_web.history.telling import line
from creneau_web.rendering import page

HOME: Final = "/administration/historique"
RIGHT: Final = "history:read"
ON_A_PAGE: Final = 50


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What the address asks for, as it was typed; `subject` is an id."""

    who: str = ""
    kind: str = ""
    subject: str = ""
    since: str = ""
    to: str = ""

    @property
    def query(self) -> dict[str, str]:
        """Give the parameters that say something."""
        named = {
            "qui": self.who,
            "sujet": self.kind,
            "id": self.subject,
            "du": self.since,
            "au": self.to,
        }
        return {name: value for name, value in named.items() if value}


@get(HOME, opt=permission(RIGHT))
async def history_page(request: Request[Any, Any, Any]) -> Template:
    """Show a page of the history; what cannot be read of the address is said, and left out."""
    reach.require_everywhere(RIGHT)
    zone = ZoneInfo(current_tenant.get().time_zone)
    typed = _typed(request.query_params)
    errors = _errors(typed)
    asked = _asked(typed, _uuid(request.query_params.get("avant", "")), zone)
    found, names = await history.latest(asked, ON_A_PAGE + 1)
    shown = found[:ON_A_PAGE]
    older = {**typed.query, "avant": str(shown[-1].id)} if len(found) > ON_A_PAGE else None
    return page(
        "admin/history.html",
        lines=[line(entry, names, zone) for entry in shown],
        typed=typed,
        errors=errors,
        people=await _people(),
        kinds=kinds(),
        filtered=bool(typed.query),
        first=asked.before is None,
        older_href=f"{HOME}?{urlencode(older)}" if older else None,
        latest_href=f"{HOME}?{urlencode(typed.query)}" if typed.query else HOME,
        clear_href=HOME,
    )


def _typed(query: Mapping[str, str]) -> Filters:
    kind = query.get("sujet", "")
    return Filters(
        who=str(_uuid(query.get("qui", "")) or ""),
        kind=kind if kind in dict(kinds()) else "",
        subject=str(_uuid(query.get("id", "")) or ""),
        since=query.get("du", "")[:20],
        to=query.get("au", "")[:20],
    )


def _errors(typed: Filters) -> Sequence[tuple[str, str]]:
    wrong = [
        (name, _("Écrivez la date comme 2026-11-29."))
        for name, text in (("du", typed.since), ("au", typed.to))
        if text and _date(text) is None
    ]
    since, to = _date(typed.since), _date(typed.to)
    if since and to and since > to:
        wrong.append(("du", _("La première date vient après la seconde : échangez-les.")))
    return wrong


def _asked(typed: Filters, before: UUID | None, zone: ZoneInfo) -> Asked:
    since, to = _date(typed.since), _date(typed.to)
    return Asked(
        actor_id=_uuid(typed.who),
        subject_kind=typed.kind,
        subject_id=_uuid(typed.subject),
        since=datetime.combine(since, time(), zone) if since else None,
        to=datetime.combine(to + timedelta(days=1), time(), zone) if to else None,
        before=before,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if date(2000, 1, 1) <= found <= date(2999, 1, 1) else None


async def _people() -> list[tuple[str, str]]:
    return [(str(agent.id), agent.display_name) for agent in await agents.agents()]


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


ROUTES: Final = (history_page,)
