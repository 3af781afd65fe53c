"""Whether a motive's colour can be told apart where agents see it: on light and on dark ground."""

from collections.abc import Iterator
from typing import Final

from creneau.i18n import current_locale
from creneau.i18n import gettext as _

from creneau_web.ui.contrast import CONTROL, ColourError, contrast, corrected

LIGHT: Final = "#ffffff"
DARK: Final = "#1a222c"
# Each is told apart on both grounds, and from the others.
SUGGESTED: Final = (
    "#0B8A83",
    "#2E7FBF",
    "#5B7BD5",
    "#8A6FD1",
    "#B45FC0",
    "#CC5A8B",
    "#D0584F",
    "#B8702A",
    "#8F7F1F",
    "#4F8F3A",
    "#6F8191",
)


def colour_advice(colour: str) -> list[str]:
    """Say on which ground a colour is hard to see, with the nearest one that is not."""
    try:
        return [*_advice(colour)]
    except ColourError:
        return []


def _advice(colour: str) -> Iterator[str]:
    if contrast(colour, LIGHT) < CONTROL:
        yield _(
            "Sur fond clair, cette couleur se voit mal (contraste %(ratio)s, il faut 3). "
            "La plus proche qui se voit : %(nearest)s.",
            ratio=_ratio(colour, LIGHT),
            nearest=corrected(colour, LIGHT, CONTROL).upper(),
        )
    if contrast(colour, DARK) < CONTROL:
        yield _(
            "Sur fond sombre, cette couleur se voit mal (contraste %(ratio)s, il faut 3). "
            "La plus proche qui se voit : %(nearest)s.",
            ratio=_ratio(colour, DARK),
            nearest=corrected(colour, DARK, CONTROL).upper(),
        )


def _ratio(colour: str, ground: str) -> str:
    text = f"{contrast(colour, ground):.1f}"
    return text.replace(".", ",") if current_locale.get() == "fr" else text
