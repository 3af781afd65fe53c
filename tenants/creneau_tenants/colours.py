"""Contrast as WCAG 2.2 measures it, and the nearest colour that has enough (T-04)."""

import colorsys
from typing import Final

PAPER: Final = "#FBFAF7"
WHITE: Final = "#FFFFFF"
INK: Final = "#1B2A41"
ENOUGH: Final = 4.5
STEPS: Final = 200


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours written `#0B6E69`, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable_ink(brand: str) -> str:
    """Choose the text colour that reads better on `brand`: white or the ink of the pages."""
    return max((WHITE, INK), key=lambda ink: contrast(brand, ink))


def readable_on_paper(brand: str) -> str:
    """Give `brand` itself, or its nearest darker tone that is readable on the pages' paper."""
    if contrast(brand, PAPER) >= ENOUGH:
        return brand
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(brand))
    tones = (
        _written(colorsys.hls_to_rgb(hue, lightness * (1 - step / STEPS), saturation))
        for step in range(1, STEPS + 1)
    )
    return next(tone for tone in tones if contrast(tone, PAPER) >= ENOUGH)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red / 255, green / 255, blue / 255


def _written(channels: tuple[float, float, float]) -> str:
    # Rounded down: a rounding up could lose the contrast that was just reached.
    return "#" + "".join(f"{int(channel * 255):02X}" for channel in channels)
