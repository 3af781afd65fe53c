"""A town hall with its staff, and citizens, who all want something on paper."""

from io import BytesIO

from PIL import Image

from tests.web.admin.conftest import entered, office
from tests.web.public.conftest import jeanne, paul, town

__all__ = ["entered", "jeanne", "office", "paul", "town"]


def logo() -> bytes:
    """Draw a logo in one colour, which is the grey 58 on paper."""
    drawn = BytesIO()
    Image.new("RGB", (300, 100), (58, 58, 58)).save(drawn, "PNG")
    return drawn.getvalue()
