"""What a name and a request may be; nothing here touches the database."""

import msgspec
from creneau.i18n import gettext as _
from creneau.validation import Checked

from creneau_social.naming.schemas import RequestDraft

LONGEST_NAME = 120
LONGEST_TEXT = 1000


def checked_name(name: str) -> str:
    """Clean a name; raises `InvalidInput`."""
    check = Checked()
    clean = check.line("name", name, needed=_("Écrivez le nom du motif."), longest=LONGEST_NAME)
    check.refuse_if_wrong()
    return clean


def checked_request(draft: RequestDraft) -> RequestDraft:
    """Clean a request; raises `InvalidInput`."""
    check = Checked()
    clean = msgspec.structs.replace(
        draft,
        name=check.line(
            "name", draft.name, needed=_("Écrivez le nom qui manque."), longest=LONGEST_NAME
        ),
        reason=check.paragraphs("reason", draft.reason, longest=LONGEST_TEXT),
    )
    check.refuse_if_wrong()
    return clean


def checked_answer(answer: str, *, needed: bool) -> str:
    """Clean the word that goes with an answer: a refusal says why; raises `InvalidInput`."""
    check = Checked()
    clean = check.paragraphs("answer", answer, longest=LONGEST_TEXT)
    if needed and not clean:
        check.refuse("answer", _("Dites pourquoi : la personne qui demande lira ce mot."))
    check.refuse_if_wrong()
    return clean
