"""QR codes, drawn as they stand on paper and on pages."""

import io
from base64 import b64encode

import segno


def drawn(address: str) -> bytes:
    """Draw an address as an SVG picture, with the quiet margin that telephones need.

    A quarter of it may be stained or folded and it still reads.
    """
    picture = io.BytesIO()
    code = segno.make(address, error="q", micro=False)
    code.save(picture, kind="svg", border=4, light="#fff", xmldecl=False, omitsize=True)
    return picture.getvalue()


def inside(address: str) -> str:
    """Give the picture of an address as an address of its own, for a document that carries it."""
    return f"data:image/svg+xml;base64,{b64encode(drawn(address)).decode()}"


def on_screen(address: str) -> str:
    """Give the picture of an address for a telephone to read off a screen, at the size it needs."""
    return segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff")
