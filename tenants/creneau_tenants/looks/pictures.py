"""Pictures that tenants send: read as pixels and written anew, so that nothing else gets through."""

import hashlib
import warnings
from io import BytesIO
from typing import Final

import msgspec
from creneau.i18n import gettext as _
from creneau.refusals import InvalidInput
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

FORMATS: Final = ("PNG", "JPEG", "WEBP")
LARGEST_FILE: Final = 2_000_000
LONGEST_SIDE: Final = 4000
SHOWN_WITHIN: Final = (640, 192)


class Picture(msgspec.Struct, frozen=True):
    """A picture as we keep it: PNG, with the digest that names it."""

    digest: str
    content: bytes


def picture(sent: bytes) -> Picture:
    """Make a logo of what was sent: at most 640 × 192 pixels, without anything but pixels (T-04).

    Takes a processor for some tenths of a second: not to be called on the event loop.

    Raises:
        InvalidInput: Too large, or no PNG, JPEG or WebP picture, whatever its name says.
    """
    if len(sent) > LARGEST_FILE:
        raise InvalidInput(
            {"logo": _("Ce fichier dépasse 2 Mo. Choisissez une image plus légère.")}
        )
    try:
        content = _written_anew(sent)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning) as error:
        raise InvalidInput(
            {
                "logo": _(
                    "Ce fichier n’est pas une image PNG, JPEG ou WebP. Choisissez-en une autre."
                )
            }
        ) from error
    return Picture(hashlib.sha256(content).hexdigest()[:32], content)


def _written_anew(sent: bytes) -> bytes:
    # Whoever lays out documents lets cut pictures pass in the whole process: not those of tenants.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with warnings.catch_warnings():
        # A small file that unpacks into a huge picture is only warned of, up to twice the limit.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(BytesIO(sent), formats=FORMATS) as opened:
            _refuse_huge(opened)
            pixels = ImageOps.exif_transpose(opened).convert("RGBA")
    pixels.thumbnail(SHOWN_WITHIN)
    written = BytesIO()
    pixels.save(written, "PNG", optimize=True)
    return written.getvalue()


def _refuse_huge(opened: Image.Image) -> None:
    if max(opened.size) > LONGEST_SIDE:
        raise InvalidInput(
            {
                "logo": _(
                    "Cette image est trop grande. Choisissez-en une de %(side)s pixels de côté au plus.",
                    side=LONGEST_SIDE,
                )
            }
        )
