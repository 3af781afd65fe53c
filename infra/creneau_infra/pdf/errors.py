class PdfError(Exception):
    """There is no document; the kinds say why."""


class PdfUnavailableError(PdfError):
    """This machine cannot print: WeasyPrint or the libraries that it stands on are missing."""


class PdfBusyError(PdfError):
    """Too many documents wait already, or this one has waited too long."""


class PdfTooLargeError(PdfError):
    """The document takes more time, memory or room than one may."""


class PdfBrokenError(PdfError):
    """The printer gave up on the document: a fault of ours."""
