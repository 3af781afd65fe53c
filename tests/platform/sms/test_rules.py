"""How long an SMS is, held against a slow reference that fills parts one unit at a time (C-80)."""

import pytest
from creneau.phones import is_french, mobile_phone
from creneau.sms.rules import GSM_ALPHABET, GSM_EXTENSION, plain, price_of, segments
from creneau.sms.schemas import Encoding
from hypothesis import given
from hypothesis import strategies as st

GSM_TEXTS = st.text(st.sampled_from(sorted(GSM_ALPHABET | GSM_EXTENSION)), max_size=500)
ANY_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=250)


def reference(text: str) -> tuple[Encoding, int]:
    """Cut a text into parts as a phone would have to put it together again."""
    gsm = set(text) <= GSM_ALPHABET | GSM_EXTENSION
    coded = [_septets(char) if gsm else char.encode("utf-16-be") for char in text]
    size = 1 if gsm else 2
    if sum(map(len, coded)) <= 160 * size if gsm else sum(map(len, coded)) <= 140:
        return ("gsm" if gsm else "unicode"), 1 if text else 0
    room = 153 if gsm else 134
    parts = [b""]
    for code in coded:
        if len(parts[-1]) + len(code) > room:
            parts.append(b"")
        parts[-1] += code
    return ("gsm" if gsm else "unicode"), len(parts)


def _septets(char: str) -> bytes:
    return b"\x1bx" if char in GSM_EXTENSION else b"x"


@given(st.one_of(GSM_TEXTS, ANY_TEXTS))
def test_the_length_is_that_of_a_slow_reference(text: str) -> None:
    found = segments(text)
    assert (found.encoding, found.parts) == reference(text)


@given(st.one_of(GSM_TEXTS, ANY_TEXTS))
def test_what_is_left_costs_nothing_and_one_more_costs_a_part(text: str) -> None:
    found = segments(text)
    more = "a" if found.encoding == "gsm" else "ê"
    if found.parts:
        assert segments(text + more * found.left).parts == found.parts
        assert segments(text + more * (found.left + 1)).parts == found.parts + 1


def test_the_alphabet_is_that_of_the_standard() -> None:
    assert len(GSM_ALPHABET) == 127  # 128 codes, one of which is the escape
    assert len(GSM_EXTENSION) == 10
    assert set("éèàùìòÇ€") <= GSM_ALPHABET | GSM_EXTENSION
    assert not set("êçîôûëÀÉ'’œ") & GSM_ALPHABET - set("'É")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("ê" * 134, 2),
        ("ê" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("ê" * 66 + "😀" + "ê" * 66, 3),
    ],
)
def test_nothing_is_cut_in_two_at_the_bounds(text: str, parts: int) -> None:
    assert segments(text).parts == parts


def test_typography_is_made_plain_and_no_accent_is_lost() -> None:
    typed = "  L’équipe vous attend à 10\u00a0h\u202f15 «\u00a0à l’accueil\u00a0» – cœur…\r\nÀ bientôt\u200b\x07 "
    assert plain(typed) == "L'équipe vous attend à 10 h 15 \"à l'accueil\" - coeur...\nÀ bientôt"
    assert segments(plain("L’agent vous attend à 10\u00a0h.")).encoding == "gsm"


def test_a_price_is_exact_and_absent_where_none_is_set() -> None:
    assert str(price_of(3, 450)) == "0.135"
    assert price_of(3, 0) is None


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("0692 12 34 56", "+262692123456"),
        ("0690 12 34 56", "+590690123456"),
        ("0639 01 23 45", "+262639012345"),
        ("+687 75 12 34", "+687751234"),
        ("+44 7400 123456", "+447400123456"),
    ],
)
def test_mobile_numbers_are_known_overseas_and_abroad(typed: str, number: str) -> None:
    assert mobile_phone(typed) == number


@pytest.mark.parametrize("typed", ["01 23 45 67 89", "0262 20 30 40", "3639", "", "06 12", "zoé"])
def test_what_cannot_get_an_sms_is_no_mobile_number(typed: str) -> None:
    assert mobile_phone(typed) is None


def test_overseas_is_french_and_elsewhere_is_not() -> None:
    assert all(map(is_french, ("+33612345678", "+262692123456", "+687751234", "+68987123456")))
    assert not any(map(is_french, ("+447400123456", "+12015550123", "nonsense")))
