"""Readable colours: WCAG 2.2 contrast, the ink for a ground, the nearest colour that can be read.

Colours are written ``#rrggbb``.
"""

import re
from colorsys import hls_to_rgb, rgb_to_hls

BODY = 7.0
TEXT = 4.5
CONTROL = 3.0

WHITE = "#ffffff"
INK = "#1b2a41"
PAPER = "#fbfaf7"

_HEX = re.compile(r"#([0-9a-fA-F]{6})")
_STEPS = 255
_LINEAR_UNTIL = 0.04045


class ColourError(ValueError):
    """The text is not a colour of the form ``#rrggbb``."""


def contrast(first: str, second: str) -> float:
    """Tell the WCAG contrast of two colours, from 1 to 21.

    Raises:
        ColourError: one of them is not ``#rrggbb``.
    """
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Tell the relative luminance, from 0 (black) to 1 (white).

    Raises:
        ColourError: it is not ``#rrggbb``.
    """
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable_ink(ground: str) -> str:
    """Choose white or our ink for text on ``ground``, and black where neither is enough.

    Raises:
        ColourError: ``ground`` is not ``#rrggbb``.
    """
    if contrast(WHITE, ground) >= TEXT:
        return WHITE
    return INK if contrast(INK, ground) >= TEXT else "#000000"


def corrected(colour: str, ground: str = PAPER, ratio: float = TEXT) -> str:
    """Return ``colour``, or the nearest of its hue that reads on ``ground`` at ``ratio``.

    It darkens on a light ground and lightens on a dark one.

    Raises:
        ColourError: one of them is not ``#rrggbb``.
        ValueError: even black or white does not reach ``ratio`` there.
    """
    if contrast(colour, ground) >= ratio:
        return colour.lower()
    end = 0.0 if luminance(ground) > luminance("#777777") else 1.0
    for step in range(1, _STEPS + 1):
        candidate = _towards(colour, end, step / _STEPS)
        if contrast(candidate, ground) >= ratio:
            return candidate
    raise ValueError(f"no colour reaches a contrast of {ratio} on {ground}")


def _towards(colour: str, end: float, part: float) -> str:
    hue, light, saturation = rgb_to_hls(*_channels(colour))
    mixed = hls_to_rgb(hue, light + (end - light) * part, saturation)
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in mixed)


def _channels(colour: str) -> tuple[float, float, float]:
    found = _HEX.fullmatch(colour)
    if found is None:
        raise ColourError(f"“{colour}” is not a colour of the form #rrggbb")
    digits = found.group(1)
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= _LINEAR_UNTIL else ((channel + 0.055) / 1.055) ** 2.4
