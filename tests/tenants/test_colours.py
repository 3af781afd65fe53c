import pytest
from creneau_tenants.colours import ENOUGH, PAPER, contrast, readable_ink, readable_on_paper


def test_contrast_is_what_wcag_says() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)
    assert contrast("#FFFFFF", "#777777") == contrast("#777777", "#FFFFFF")


def test_the_ink_is_what_reads_better_on_the_colour() -> None:
    assert readable_ink("#0B6E69") == "#FFFFFF"
    assert readable_ink("#FFE066") == "#1B2A41"


def test_a_readable_colour_stays_as_it_is() -> None:
    assert readable_on_paper("#0B6E69") == "#0B6E69"


@pytest.mark.parametrize(
    "brand", ["#FFE066", "#FFFFFF", "#00FF00", "#FF7F50", "#8A8AFF", "#7A7A7A"]
)
def test_an_unreadable_colour_comes_with_the_nearest_that_can_be_read(brand: str) -> None:
    tone = readable_on_paper(brand)
    assert ENOUGH <= contrast(tone, PAPER) < 5.2
