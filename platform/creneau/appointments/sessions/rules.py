"""What a session may be (C-24)."""

from datetime import timedelta
from hashlib import sha256
from typing import Final

import msgspec

from creneau.appointments.schemas import SessionDraft
from creneau.appointments.sessions.schemas import Session, SessionEdit
from creneau.i18n import gettext as _
from creneau.validation import Checked

MOST_SEATS: Final = 10_000
LONGEST: Final = timedelta(hours=24)
LONGEST_TITLE: Final = 120


def version_of(found: Session) -> str:
    """Name the state of a session that is shown before it is called off, its taken seats included."""
    state = (found.title, found.capacity, found.taken, sorted(found.resource_ids))
    return sha256(repr(state).encode()).hexdigest()[:20]


def checked_draft(draft: SessionDraft) -> SessionDraft:
    """Clean a session to create; raises `InvalidInput`."""
    check = Checked()
    clean = msgspec.structs.replace(draft, title=_title(check, draft.title))
    check.between("capacity", draft.capacity, 1, MOST_SEATS)
    if not draft.resource_ids:
        check.refuse("agents", _("Choisissez au moins une personne qui anime la séance."))
    if not timedelta() < draft.ends_at - draft.starts_at <= LONGEST:
        check.refuse("minutes", _("Indiquez une durée entre 1 minute et 24 heures."))
    check.refuse_if_wrong()
    return clean


def checked_edit(edit: SessionEdit, taken: int) -> SessionEdit:
    """Clean a change of a session that so many come to; raises `InvalidInput`."""
    check = Checked()
    clean = msgspec.structs.replace(edit, title=_title(check, edit.title))
    check.between("capacity", edit.capacity, 1, MOST_SEATS)
    if edit.capacity is not None and edit.capacity < taken:
        check.refuse(
            "capacity",
            _("%(taken)s places sont déjà prises : gardez-en au moins autant.", taken=taken),
        )
    check.refuse_if_wrong()
    return clean


def _title(check: Checked, title: str) -> str:
    return check.line("title", title, longest=LONGEST_TITLE)
