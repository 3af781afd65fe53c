"""Printed documents, read back: their words, their structure, their look, the codes on them."""

import io
from collections.abc import Iterator
from typing import Any

import pypdf
import pypdfium2
import zxingcpp
from PIL import Image

DOTS_PER_POINT = 2
POINTS = 72 / 25.4  # in a millimetre


def reader(pdf: bytes) -> Any:
    """Open a document; the library's own types stop at the root."""
    return pypdf.PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """Give all words of all pages, each run of blanks as one."""
    return " ".join(" ".join(page.extract_text() for page in reader(pdf).pages).split())


def pages_of(pdf: bytes) -> list[str]:
    """Give the words of each page."""
    return [" ".join(page.extract_text().split()) for page in reader(pdf).pages]


def structure_of(pdf: bytes) -> list[str]:
    """List the kinds of elements in the order in which a screen reader meets them."""
    return list(_kinds(reader(pdf).root_object["/StructTreeRoot"]))


def _kinds(element: Any) -> Iterator[str]:
    if "/S" in element:
        yield str(element["/S"])
    below = element.get("/K", [])
    for child in below if isinstance(below, list) else [below]:
        found = child.get_object()
        if isinstance(found, dict):
            yield from _kinds(found)


def figures_of(pdf: bytes) -> list[str]:
    """List what is said instead of each picture."""
    return list(_said(reader(pdf).root_object["/StructTreeRoot"]))


def _said(element: Any) -> Iterator[str]:
    if element.get("/S") == "/Figure":
        yield str(element.get("/Alt", ""))
    below = element.get("/K", [])
    for child in below if isinstance(below, list) else [below]:
        found = child.get_object()
        if isinstance(found, dict):
            yield from _said(found)


def picture_of(pdf: bytes, page: int = 0) -> Image.Image:
    """Draw a page in grey, as an office printer does."""
    drawn: Any = pypdfium2.PdfDocument(pdf)[page].render(scale=DOTS_PER_POINT, grayscale=True)
    return drawn.to_pil()


def codes_on(pdf: bytes, page: int = 0) -> list[str]:
    """Read the codes of a page's picture, as a telephone does."""
    return [found.text for found in zxingcpp.read_barcodes(picture_of(pdf, page))]


def place_of(pdf: bytes, words: str) -> tuple[float, float]:
    """Tell where some words stand on the first page: millimetres from the left and from the top."""
    page: Any = pypdfium2.PdfDocument(pdf)[0]
    text = page.get_textpage()
    found = text.search(words).get_next()
    assert found is not None, f"{words} is not on the page"
    left, bottom, _right, _top = text.get_charbox(found[0])
    return left / POINTS, (page.get_height() - bottom) / POINTS
