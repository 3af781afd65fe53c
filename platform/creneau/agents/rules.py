"""What an agent and a password may be (C-03, T-07)."""

from collections.abc import Sequence
from typing import Final

import msgspec

from creneau.agents.schemas import AgentDraft
from creneau.agents.strength import is_common, is_made_of
from creneau.i18n import gettext as _
from creneau.validation import Checked

SHORTEST_PASSWORD: Final = 15
LONGEST_PASSWORD: Final = 256


def checked_agent(draft: AgentDraft) -> AgentDraft:
    """Clean an agent's draft; every agent has a service and a role (C-03).

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    check = Checked()
    clean = msgspec.structs.replace(
        draft,
        email=check.email("email", draft.email, needed=_("Écrivez l’adresse e-mail de l’agent.")),
        first_name=check.line(
            "first_name", draft.first_name, needed=_("Écrivez le prénom."), longest=100
        ),
        last_name=check.line(
            "last_name", draft.last_name, needed=_("Écrivez le nom."), longest=100
        ),
    )
    if draft.password is not None:
        check_password(check, "password", draft.password, [clean.email])
    if not draft.service_ids:
        check.refuse("service_ids", _("Choisissez au moins un service."))
    if not draft.memberships:
        check.refuse("memberships", _("Choisissez au moins une organisation et un rôle."))
    check.refuse_if_wrong()
    return clean


def check_password(check: Checked, field: str, password: str, words: Sequence[str] = ()) -> None:
    """Refuse a password that is short, common, breached, or made of what everybody knows (T-07).

    `words` are known of its owner: the e-mail address, the tenant's name.
    """
    if len(password) < SHORTEST_PASSWORD:
        check.refuse(
            field,
            _(
                "Choisissez au moins %(shortest)s caractères, par exemple une phrase.",
                shortest=SHORTEST_PASSWORD,
            ),
        )
    elif len(password) > LONGEST_PASSWORD:
        check.refuse(
            field,
            _("Choisissez %(longest)s caractères au plus.", longest=LONGEST_PASSWORD),
        )
    elif is_made_of(password, words):
        check.refuse(
            field,
            _(
                "Ce mot de passe reprend votre adresse e-mail ou le nom de l’espace. "
                "Choisissez autre chose, par exemple une phrase."
            ),
        )
    elif is_common(password, words):
        check.refuse(
            field,
            _(
                "Ce mot de passe est trop répandu ou trop facile à deviner. "
                "Choisissez plusieurs mots sans rapport entre eux."
            ),
        )
