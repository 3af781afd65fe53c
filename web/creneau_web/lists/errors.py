"""Why a list cannot be had as a file."""

from creneau.refusals import Refusal


class ExportBusy(Refusal):
    """Long exports are being written already."""

    code = "export_busy"
    status = 503
    sentence = "Un long export est déjà en préparation. Réessayez dans une minute, ou filtrez la liste pour en prendre une partie."


class TooLongForPaper(Refusal):
    """A list is too long to be printed."""

    code = "export_too_long_for_paper"
    status = 422
    sentence = "Le PDF s’arrête à %(most)s lignes. Filtrez la liste, ou choisissez un tableur : CSV, XLSX ou ODS."
