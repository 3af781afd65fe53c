"""What two files become when they are put together."""

from datetime import datetime
from typing import Any

from creneau.people.merging.errors import AreRelatives, RelativesOfRelative
from creneau.people.merging.schemas import FIELDS, Merging
from creneau.people.schemas import Person, PersonDraft


def put_together(kept: Person, gone: Person, merging: Merging) -> PersonDraft:
    """Take each field from the file that was chosen for it; from the one that stays by default."""
    sides = {"kept": kept, "gone": gone}
    chosen: dict[str, Any] = {
        name: getattr(sides[merging.sides.get(name, "kept")], name) for name in FIELDS
    }
    return PersonDraft(**chosen)


def proven_at(kept: Person, gone: Person, email: str) -> datetime | None:
    """Tell since when an address is proven: by whichever file says so."""
    moments = [one.email_verified_at for one in (kept, gone) if one.email == email and email]
    return max((moment for moment in moments if moment), default=None)


def check_kinship(kept: Person, gone: Person, *, gone_answers: bool) -> None:
    """Refuse to put together who answers for whom.

    Raises:
        AreRelatives: One of them is a relative of the other.
        RelativesOfRelative: The file that stays is a relative's, and the other has relatives.
    """
    if kept.id == gone.responsible_id or gone.id == kept.responsible_id:
        raise AreRelatives
    if kept.responsible_id is not None and gone_answers:
        raise RelativesOfRelative
