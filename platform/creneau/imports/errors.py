"""Why an import does not go on."""

from creneau.refusals import Refusal


class NotReady(Refusal):
    """The import is not at the step that is asked for."""

    code = "import_not_ready"
    status = 409
    sentence = "Cet import n’en est pas à cette étape. Rechargez la page pour voir où il en est."
