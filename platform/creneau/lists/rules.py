"""What a saved search may be."""

import re
from typing import Final

from msgspec.structs import replace

from creneau.i18n import gettext as _
from creneau.lists.schemas import LONGEST_NAME, SearchDraft
from creneau.refusals import InvalidInput

# An address of our own and nothing else: no host, no scheme, no way up.
_PATH: Final = re.compile(r"(/[a-z0-9-]+){1,6}")
LONGEST_QUERY: Final = 1000


def checked(draft: SearchDraft) -> SearchDraft:
    """Give a draft whose name is clean.

    Raises:
        InvalidInput: A field cannot be used.
    """
    name = " ".join(draft.name.split())
    wrong: dict[str, str] = {}
    if not name:
        wrong["name"] = _("Donnez un nom à cette recherche.")
    elif len(name) > LONGEST_NAME:
        wrong["name"] = _("Choisissez un nom de %(most)s caractères au plus.", most=LONGEST_NAME)
    if not is_path(draft.path) or len(draft.query) > LONGEST_QUERY:
        wrong["path"] = _("Cette liste n’existe pas. Revenez à la liste et recommencez.")
    if wrong:
        raise InvalidInput(wrong)
    return replace(draft, name=name)


def is_path(text: str) -> bool:
    """Tell whether a text is the address of a page of ours."""
    return _PATH.fullmatch(text) is not None
