"""What the product answers when it says no: a stable code, a status, and a sentence."""

from collections.abc import Mapping
from typing import ClassVar

from creneau.i18n import gettext


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault of the program
    """A request that a rule turns down; translated only when shown.

    Subclasses set `code` (stable, part of the API), `status` (HTTP) and `sentence` (French message
    id with named placeholders, saying what happened and what to do next).
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422
    sentence: ClassVar[str] = ""

    def __init__(self, **details: object) -> None:
        """Keep the details that fill the sentence's placeholders."""
        super().__init__(self.code)
        self.details: Mapping[str, object] = details

    def __str__(self) -> str:
        """Give the sentence in the current language."""
        return gettext(self.sentence, **self.details)


class NotFound(Refusal):
    """Unknown here: the same answer for what does not exist and for what another tenant owns."""

    code = "not_found"
    status = 404
    sentence = "Cette page ou cet élément n’existe pas, ou n’existe plus."


class NotAllowed(Refusal):
    """A colleague without the right."""

    code = "not_allowed"
    status = 403
    sentence = "Vos droits ne permettent pas cette action. Demandez à une personne qui administre votre espace."


class InvalidInput(Refusal):
    """Something typed cannot be used; `fields` maps a field's name to the sentence beside it."""

    code = "invalid_input"
    status = 422
    sentence = "Certaines informations sont à corriger."

    def __init__(self, fields: Mapping[str, str]) -> None:
        """Keep the sentence for each field, already in the current language."""
        super().__init__()
        self.fields = fields


class ChangedMeanwhile(Refusal):
    """Somebody else saved the same thing since the form was opened; `saved` is what stands now."""

    code = "changed_meanwhile"
    status = 409
    sentence = (
        "Quelqu’un a modifié cette page pendant votre saisie. Relisez, puis enregistrez à nouveau."
    )

    def __init__(self, saved: object) -> None:
        """Keep what is saved now, to be shown beside what was typed."""
        super().__init__()
        self.saved = saved
