"""An appointment while it is being set: what was chosen and typed so far, carried by the form alone.

What names somebody is never part of an address: it stands in fields that are sent with each step.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from creneau_web.forms import Form

NEW: Final = "/rendez-vous/nouveau"
NEWCOMER: Final = "nouveau"
STEPS: Final = ("motif", "personne", "details")
_TEXTS: Final = (
    *("motif", "personne", "lieu", "jour", "heure", "duree"),
    *("prenom", "nom", "telephone", "email", "notes", "q"),
    *("outside", "reason", "creneau", "seance", "confidentiel", "joindre"),
)


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """All that the steps ask, as typed; the names are those of the fields.

    `creneau`: the time comes from a search, and is taken as it was offered. `seance` is a group
    session's appointment. `confidentiel`: nothing is sent to this person for the motive.
    `joindre`: the number or the address that the motive needs, where the file has none.
    """

    agents: Sequence[str] = ()
    motif: str = ""
    personne: str = ""
    lieu: str = ""
    jour: str = ""
    heure: str = ""
    duree: str = ""
    prenom: str = ""
    nom: str = ""
    telephone: str = ""
    email: str = ""
    notes: str = ""
    q: str = ""
    outside: str = ""
    reason: str = ""
    creneau: str = ""
    seance: str = ""
    confidentiel: str = ""
    joindre: str = ""

    @property
    def is_newcomer(self) -> bool:
        """Tell whether somebody new is written down."""
        return bool(self.prenom or self.nom)

    def moment(self, zone: ZoneInfo) -> datetime | None:
        """Give the time that is chosen so far, on the clocks of a place; None where it is none."""
        try:
            return datetime.fromisoformat(f"{self.jour}T{self.heure}").replace(tzinfo=zone)
        except ValueError:
            return None

    def carried(self, but: Sequence[str]) -> list[tuple[str, str]]:
        """List what the form carries along without showing it."""
        texts = [(name, str(getattr(self, name))) for name in _TEXTS if name not in but]
        agents = [] if "agents" in but else [("agents", one) for one in self.agents]
        return [(name, value) for name, value in (*texts, *agents) if value]


def from_address(asked: Mapping[str, Any], agents: Sequence[str]) -> Draft:
    """Begin with what an address names: `agent`, `debut`, `motif`, `personne`, `lieu`."""
    draft = Draft(
        agents=agents,
        motif=asked.get("motif", ""),
        personne=asked.get("personne", ""),
        lieu=asked.get("lieu", ""),
        creneau=asked.get("creneau", ""),
        seance=asked.get("seance", ""),
    )
    try:
        start = datetime.fromisoformat(asked.get("debut", ""))
    except ValueError:
        return draft
    return replace(draft, jour=start.date().isoformat(), heure=f"{start:%H:%M}")


def from_form(typed: Form) -> Draft:
    """Read what the form carries."""
    texts = {name: typed.text(name) for name in _TEXTS}
    return Draft(**texts, agents=typed.texts("agents"))


def href(  # noqa: PLR0913 - what an address can name
    *,
    agent: UUID | None = None,
    start: datetime | None = None,
    motive: UUID | None = None,
    place: UUID | None = None,
    session: UUID | None = None,
    offered: bool = False,
    person: str = "",
) -> str:
    """Write the address at which an appointment is set; `start` is local to the place."""
    values = {
        "agent": agent,
        "debut": start and start.replace(tzinfo=None).isoformat(timespec="minutes"),
        "motif": motive,
        "lieu": place,
        "seance": session,
        "creneau": "oui" if offered else "",
        "personne": person,
    }
    given = {name: str(value) for name, value in values.items() if value}
    return f"{NEW}?{urlencode(given)}" if given else NEW
