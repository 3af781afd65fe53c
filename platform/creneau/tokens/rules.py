"""What a token may be allowed, and for how long."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from creneau.i18n import gettext as _
from creneau.validation import Checked

SCOPES: Final = ("motives:read", "places:read", "slots:read", "bookings:read", "bookings:write")
"""What a token can be made for; each route of the interface names the one that it needs."""

LONGEST_LIFE: Final = timedelta(days=3650)


def checked_label(label: str, scopes: Iterable[str], days: int) -> str:
    """Check what is asked of a new token, and give its label cleaned.

    Raises:
        InvalidInput: A scope is unknown, there is none, or the time is not 1 to 3,650 days.
    """
    checked = Checked()
    clean = checked.line("label", label)
    wanted = list(scopes)
    if not wanted or not set(wanted) <= set(SCOPES):
        checked.refuse(
            "scopes", _("Choisissez parmi ces portées : %(scopes)s.", scopes=", ".join(SCOPES))
        )
    checked.between("days", days, 1, LONGEST_LIFE.days)
    checked.refuse_if_wrong()
    return clean
