"""Colours that people can read: the arithmetic, and the tokens that the pages are made of."""

import re
from importlib import resources

import pytest
from creneau_web.ui.contrast import (
    BODY,
    CONTROL,
    PAPER,
    TEXT,
    ColourError,
    contrast,
    corrected,
    luminance,
    readable_ink,
)
from hypothesis import given
from hypothesis import strategies as st

colours = st.integers(min_value=0, max_value=0xFFFFFF).map(lambda number: f"#{number:06x}")


def tokens(start: str) -> dict[str, str]:
    sheet = resources.files("creneau_web").joinpath("static/css/tokens.css").read_text("utf-8")
    block = sheet[sheet.index(start) :].split("}", 1)[0]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


LIGHT = tokens(":root {")
DARK = LIGHT | tokens('[data-theme="dark"] {')
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#0b6e69", "#0b6e69", 1.0)],
)
def test_contrast_agrees_with_the_published_examples(
    first: str, second: str, expected: float
) -> None:
    assert contrast(first, second) == pytest.approx(expected, abs=0.01)
    assert contrast(second, first) == contrast(first, second)


def test_luminance_runs_from_black_to_white() -> None:
    assert luminance("#000000") == 0
    assert luminance("#FFFFFF") == pytest.approx(1)


@given(colours)
def test_there_is_a_readable_ink_for_every_colour(colour: str) -> None:
    assert contrast(readable_ink(colour), colour) >= TEXT


@given(colours)
def test_every_colour_can_be_corrected_until_it_reads_on_paper(colour: str) -> None:
    assert contrast(corrected(colour), PAPER) >= TEXT


@given(colours)
def test_every_colour_can_be_corrected_for_a_dark_ground(colour: str) -> None:
    assert contrast(corrected(colour, DARK["surface"]), DARK["surface"]) >= TEXT


def test_a_colour_that_already_reads_is_kept() -> None:
    assert corrected("#0B6E69") == "#0b6e69"


def test_a_corrected_yellow_stays_a_yellow() -> None:
    red, green, blue = (int(corrected("#ffd500")[at : at + 2], 16) for at in (1, 3, 5))
    assert red > green > blue


def test_a_ratio_that_no_colour_reaches_is_refused() -> None:
    with pytest.raises(ValueError, match="no colour reaches"):
        corrected("#777777", "#777777", ratio=21)


@pytest.mark.parametrize("text", ["teal", "#12345", "#1234567", "rgb(1,2,3)", "#12345g", ""])
def test_what_is_not_a_colour_is_refused(text: str) -> None:
    with pytest.raises(ColourError, match="#rrggbb"):
        luminance(text)


@THEMES
@pytest.mark.parametrize("ground", ["paper", "surface", "sand"])
def test_body_text_reads_at_seven_to_one(theme: dict[str, str], ground: str) -> None:
    assert contrast(theme["ink"], theme[ground]) >= BODY


@THEMES
@pytest.mark.parametrize("ground", ["paper", "surface", "sand"])
def test_quiet_text_reads_on_every_ground(theme: dict[str, str], ground: str) -> None:
    assert contrast(theme["muted"], theme[ground]) >= TEXT
    assert contrast(theme["danger"], theme[ground]) >= TEXT


@THEMES
@pytest.mark.parametrize("tone", ["success", "warning", "danger", "info"])
def test_each_tone_reads_on_its_own_soft_ground(theme: dict[str, str], tone: str) -> None:
    assert contrast(theme[tone], theme[f"{tone}-soft"]) >= TEXT
    assert contrast(theme["ink"], theme[f"{tone}-soft"]) >= BODY


@THEMES
def test_edges_of_controls_stand_out(theme: dict[str, str]) -> None:
    assert contrast(theme["control"], theme["surface"]) >= CONTROL
    assert contrast(theme["control"], theme["paper"]) >= CONTROL
    assert contrast(theme["focus"], theme["focus-ring"]) >= CONTROL


def test_the_default_brand_reads_and_carries_its_ink() -> None:
    assert contrast(LIGHT["brand"], LIGHT["paper"]) >= TEXT
    assert contrast(LIGHT["brand-ink"], LIGHT["brand"]) >= TEXT
    assert contrast(DARK["brand-text"], DARK["surface"]) >= TEXT
