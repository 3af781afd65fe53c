"""Entries of the history as sentences, in the language of whoever reads (C-66)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.history.queries import Entry, Told
from creneau.history.service import WITH_THE_LINK
from creneau.i18n import gettext, ngettext
from creneau.i18n import gettext as _
from creneau.plugins import installed

from creneau_web.history import people, settings

SENTENCES: Final = {**people.SENTENCES, **settings.SENTENCES}
HREFS: Final[Mapping[str, str]] = {
    "booking": "/agents/rendez-vous",
    "organisation": "/administration/organisations",
    "place": "/administration/lieux",
    "motive": "/administration/motifs",
    "person": "/personnes",
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as the page shows it; `at` is local."""

    at: datetime
    who: str
    sentence: str
    kind: str
    href: str | None


def line(entry: Told, names: Mapping[UUID, str], zone: ZoneInfo) -> Line:
    """Tell one entry."""
    where = HREFS.get(entry.subject_kind)
    there = entry.subject_id in names
    return Line(
        at=entry.at.astimezone(zone),
        who=who(entry),
        kind=entry.subject_kind,
        sentence=sentence(entry.action, who(entry), _name(entry, names)),
        href=f"{where}/{entry.subject_id}" if where and there else None,
    )


def _name(entry: Told, names: Mapping[UUID, str]) -> str | None:
    if entry.action == "retention.erased":
        return _erased(entry.details)
    if entry.subject_kind != "list":
        return names.get(entry.subject_id)
    # Lists have no row of their own: what was taken of which stands with the entry.
    told = entry.details
    lines = int(told.get("lines", 0))
    return _(
        "%(list)s, %(format)s, %(lines)s",
        list=list_label(str(told.get("list", ""))),
        format=str(told.get("format", "")).upper(),
        lines=ngettext("%(num)s ligne", "%(num)s lignes", lines, num=lines),
    )


def _erased(told: Mapping[str, object]) -> str:
    files, appointments = (int(str(told.get(one, 0))) for one in ("files", "appointments"))
    return _(
        "%(files)s et %(appointments)s",
        files=ngettext("%(num)s fiche", "%(num)s fiches", files, num=files),
        appointments=ngettext(
            "%(num)s rendez-vous", "%(num)s rendez-vous", appointments, num=appointments
        ),
    )


def list_label(name: str) -> str:
    """Name a list by what its files are called; a plugin's has its label beside the plugin's sentences."""
    own = {
        "agents": _("Agents"),
        "services": _("Services"),
        "lieux": _("Lieux"),
        "organisations": _("Organisations"),
        "motifs": _("Motifs"),
        "fermetures": _("Fermetures"),
        "jetons": _("Jetons"),
        "webhooks": _("Webhooks"),
        "envois": _("Envois"),
        "historique": _("Historique"),
        "rendez-vous": _("Rendez-vous"),
        "statistiques": _("Statistiques"),
        "personnes": _("Fiches"),
        "rendez-vous-collectifs": _("Séances"),
        "invitations": _("Invitations"),
        "imports": _("Imports"),
        "fournisseurs": _("Fournisseurs d’identité"),
        "plages": _("Plages d’ouverture"),
        "absences": _("Absences"),
        "fiches-a-effacer": _("Fiches à effacer"),
        "rendez-vous-a-effacer": _("Rendez-vous à effacer"),
    }
    theirs = installed().history().get(f"list.{name}")
    return own.get(name) or (gettext(theirs) if theirs else name)


def sentence(action: str, actor: str, name: str | None) -> str:
    """Say who did what; an action that nobody described, as a plugin's, is a change of a setting."""
    what = _("« %(name)s »", name=name) if name else _("(nom effacé)")
    told = {"who": actor, "what": what}
    if tell := SENTENCES.get(action):
        return tell(told)
    own = installed().history().get(action)
    return gettext(own, **told) if own else _("%(who)s a modifié un réglage.", who=actor)


def who(entry: Entry | Told) -> str:
    """Name who did something, or say what they are: an erased person has no name any more."""
    if entry.actor_label:
        return entry.actor_label
    return {
        "agent": _("Un agent"),
        "person": _("Une personne"),
        "visitor": _("Une personne, en ligne,"),
        WITH_THE_LINK: _("L’usager, ou qui a réservé pour lui,"),
        "api": _("Un logiciel relié"),
    }.get(entry.actor_kind, "Créneau")
