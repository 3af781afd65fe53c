"""How far a calendar reaches, and what its accesses are made of."""

import re
import secrets
from datetime import datetime, timedelta
from typing import Final

from creneau.calendars.schemas import AccessDraft, BusyDraft
from creneau.i18n import gettext as _
from creneau.validation import Checked, one_line

DAYS_BACK: Final = timedelta(days=90)
DAYS_AHEAD: Final = timedelta(days=400)
CANCELLED_SHOWN: Final = timedelta(days=30)
"""How long a calendar shows what was cancelled."""

MOST_ACCESSES: Final = 10
MOST_SOURCES: Final = 5
MOST_COLLEAGUES: Final = 30
"""How many agendas beside one's own a program is shown."""

LONGEST_NAME: Final = 60
LONGEST_ADDRESS: Final = 2000
# No letter that is read as another one: a password is copied from one screen to another.
ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS: Final = 5
GROUP: Final = 4


def window(now: datetime) -> tuple[datetime, datetime]:
    """Give the bounds of what calendars hold at a moment."""
    return now - DAYS_BACK, now + DAYS_AHEAD


def checked_access(draft: AccessDraft, names: set[str]) -> AccessDraft:
    """Clean what is asked of a new access; `names` are those of the living ones, folded.

    Raises:
        InvalidInput: It has no name, or one that another has.
    """
    checked = Checked()
    wanted = _("Donnez un nom : l’appareil ou l’application où vous lirez cet agenda.")
    name = checked.line("name", draft.name, needed=wanted, longest=LONGEST_NAME)
    if name.casefold() in names:
        checked.refuse("name", _("Un accès en service porte déjà ce nom. Donnez-en un autre."))
    checked.refuse_if_wrong()
    return AccessDraft(kind=draft.kind, name=name, detail=draft.detail, colleagues=draft.colleagues)


def checked_source(draft: BusyDraft, names: set[str]) -> BusyDraft:
    """Clean a calendar elsewhere; `webcal` is https by another name.

    Raises:
        InvalidInput: A field is missing or too long, or the name is taken.
    """
    checked = Checked()
    needed = _("Donnez un nom : celui qui sera écrit sur vos absences.")
    name = checked.line("source_name", draft.name, needed=needed, longest=LONGEST_NAME)
    if name.casefold() in names:
        checked.refuse("source_name", _("Un de vos agendas lus porte déjà ce nom."))
    wanted = _("Collez l’adresse de l’agenda, qui commence par https:// ou webcal://.")
    address = checked.line("address", draft.address, needed=wanted, longest=LONGEST_ADDRESS)
    checked.refuse_if_wrong()
    return BusyDraft(
        name=name, address=re.sub(r"\Awebcals?://", "https://", address, flags=re.IGNORECASE)
    )


def new_password() -> str:
    """Make a password for a program: five groups of four, which nobody guesses."""
    letters = [secrets.choice(ALPHABET) for _letter in range(GROUPS * GROUP)]
    groups = ["".join(letters[at : at + GROUP]) for at in range(0, len(letters), GROUP)]
    return "-".join(groups)


def normal_password(typed: str) -> str:
    """Bring a password to the form in which it was made, however it was copied."""
    plain = re.sub(r"[\s-]", "", one_line(typed)).lower()
    return "-".join(plain[at : at + GROUP] for at in range(0, len(plain), GROUP))
