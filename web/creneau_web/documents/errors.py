"""What is answered where a document cannot be had."""

from creneau.refusals import Refusal


class PaperUnavailable(Refusal):
    """The server lacks what printing needs."""

    code = "documents_unavailable"
    status = 503
    sentence = (
        "Les documents PDF ne sont pas disponibles sur ce serveur : il lui manque un composant. "
        "Prévenez la personne qui l’administre. Le reste du service fonctionne."
    )


class PaperBusy(Refusal):
    """Too many documents are being printed."""

    code = "documents_busy"
    status = 503
    sentence = "Beaucoup de documents sont demandés en ce moment. Réessayez dans une minute."


class PaperTooLarge(Refusal):
    """The document is larger than one may be."""

    code = "document_too_large"
    status = 422
    sentence = (
        "Ce document est trop long pour être préparé en une fois. Demandez-en une partie seulement."
    )


class PaperBroken(Refusal):
    """The printer gave up."""

    code = "document_failed"
    status = 500
    sentence = "Le document n’a pas pu être préparé. Réessayez dans quelques minutes."
