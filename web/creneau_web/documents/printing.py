"""From a template to a PDF answer, through the press of this process."""

from functools import cache
from pathlib import Path
from typing import ClassVar, Final, Literal, cast

from creneau.context import acting_for, current_tenant
from creneau.i18n import Locale, current_locale
from creneau_infra.pdf.errors import (
    PdfBrokenError,
    PdfBusyError,
    PdfTooLargeError,
    PdfUnavailableError,
)
from creneau_infra.pdf.press import Press
from creneau_infra.pdf.schemas import Font, Job, Setup
from litestar import Response

from creneau_web.documents.errors import PaperBroken, PaperBusy, PaperTooLarge, PaperUnavailable
from creneau_web.documents.letterheads import letterhead
from creneau_web.rendering import environment
from creneau_web.static_files import FOLDER
from creneau_web.throttling import limit
from creneau_web.visit import current_visit

TYPEFACE: Final = "Atkinson Hyperlegible"
SHEET: Final = Path(__file__).parent / "paper.css"


class _Running:
    press: ClassVar[Press | None] = None


async def answer(
    template: str, filename: str, *, locale: Locale | None = None, **context: object
) -> Response[bytes]:
    """Answer with a document to keep; `filename` is ours, so that nothing typed is in a header.

    `locale` None: in the language of whoever asks.

    Raises:
        Refusal: There is no document, with a sentence that says why.
        TooManyRequests: The agent who asks has printed very many within minutes.
    """
    visit = current_visit.get(None)
    if visit is not None and visit.agent is not None:
        await limit("paper", str(visit.agent.id))
    return Response(
        await printed(template, locale=locale, **context),
        media_type="application/pdf",
        headers={
            "content-disposition": f'attachment; filename="{filename}.pdf"',
            "cache-control": "no-store",
        },
    )


async def printed(template: str, *, locale: Locale | None = None, **context: object) -> bytes:
    """Print a template of `documents/`; raises as `answer` does."""
    head = await letterhead()
    with acting_for(current_tenant.get(), locale or current_locale.get()):
        html = (
            environment()
            .get_template(f"documents/{template}")
            .render({**context, "head": head, "locale": current_locale.get()})
        )
    try:
        return await _press().printed(Job(html=html, sheets=(_sheet(), head.colours)))
    except PdfUnavailableError as error:
        raise PaperUnavailable from error
    except PdfBusyError as error:
        raise PaperBusy from error
    except PdfTooLargeError as error:
        raise PaperTooLarge from error
    except PdfBrokenError as error:
        raise PaperBroken from error


def _press() -> Press:
    if _Running.press is None:
        _Running.press = Press(Setup(fonts=faces()))
    return _Running.press


async def close() -> None:
    """End the printers of this process, where it has any."""
    running, _Running.press = _Running.press, None
    if running is not None:
        await running.close()


@cache
def _sheet() -> str:
    return SHEET.read_text(encoding="utf-8")


def faces() -> tuple[Font, ...]:
    """Give the faces of the built assets; none before they are built: the machine's own serve then.

    The rarer letters are files of their own, and a family of their own: printed as one family, the
    letters of the one are drawn with the shapes of the other.
    """
    return tuple(_face(file) for file in sorted((FOLDER / "vendor" / "fonts").glob("*.woff2")))


def _face(file: Path) -> Font:
    name, weight, style = file.name.split(".", 1)[0].rsplit("-", 2)
    family = f"{TYPEFACE} Extended" if name.endswith("latin-ext") else TYPEFACE
    known = cast("Literal['normal', 'italic']", style)
    return Font(family=family, weight=int(weight), style=known, data=file.read_bytes())
