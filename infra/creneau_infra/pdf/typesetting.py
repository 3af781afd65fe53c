"""WeasyPrint itself, with our typeface ready and nothing to fetch; imported in printers only."""

import re
from base64 import b64encode
from typing import Any, Final

from weasyprint import CSS, HTML
from weasyprint.logger import LOGGER
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from creneau_infra.pdf.schemas import Answer, Font, Job

VARIANT: Final = "pdf/ua-1"
OWN: Final = re.compile("data:", re.IGNORECASE)
# All that a document uses in any face, so that the first one does not wait for it either.
SAMPLE: Final = "<html lang=fr><title>A</title><p>Aé <b>Bè</b> <i>Cç</i></p>"


class OwnDataOnly(URLFetcher):
    """Gives a document what it carries itself, as `data:`, and nothing else."""

    def __init__(self) -> None:
        """Begin with nothing refused."""
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)
        self.refused = 0

    def fetch(self, url: str, headers: Any = None) -> Any:
        """Give what a `data:` address holds; raises `ValueError` for every other."""
        if not OWN.match(url):
            self.refused += 1
            raise ValueError("a document has nothing but what it carries itself")
        return super().fetch(url, headers)


class Typesetter:
    """Turns documents into tagged PDF (PDF/UA-1), with the faces that it was given."""

    def __init__(self, fonts: tuple[Font, ...]) -> None:
        """Get the faces ready, which takes longer than a page does."""
        # What it would say names what is in the document.
        LOGGER.disabled = True
        self._fonts = FontConfiguration()
        self._faces = self._sheet("".join(map(_face, fonts)), OwnDataOnly())
        self.printed(Job(html=SAMPLE))

    def printed(self, job: Job) -> Answer:
        """Print a document; what it asks for and does not carry is left out, and counted."""
        fetcher = OwnDataOnly()
        sheets = [self._faces, *(self._sheet(text, fetcher) for text in job.sheets)]
        page = HTML(string=job.html, url_fetcher=fetcher, base_url=None)
        pdf = page.write_pdf(stylesheets=sheets, font_config=self._fonts, pdf_variant=VARIANT)
        return Answer(pdf=pdf or b"", refused=fetcher.refused)

    def _sheet(self, text: str, fetcher: OwnDataOnly) -> CSS:
        return CSS(string=text, url_fetcher=fetcher, font_config=self._fonts)


def _face(font: Font) -> str:
    return (
        f'@font-face{{font-family:"{font.family}";font-weight:{font.weight};'
        f'font-style:{font.style};src:url("data:font/woff2;base64,{b64encode(font.data).decode()}")}}'
    )
