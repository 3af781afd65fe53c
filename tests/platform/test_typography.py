from creneau.context import acting_for
from creneau.typography import bound, bound_page

from tests.platform.messages.cast import TENANT

TYPED = "« Oui » ? Le 3 : 9 h 30, 10 % ou 12 € ; bravo ! À 14\u00a0h 15"
BOUND = (
    "«\u00a0Oui\u00a0»\u00a0? Le 3\u00a0: 9\u00a0h\u00a030, 10\u00a0% ou 12\u00a0€\u00a0;"
    " bravo\u00a0! À 14\u00a0h\u00a015"
)


def test_no_line_of_french_ends_before_a_double_sign_or_within_a_time() -> None:
    assert bound(TYPED) == BOUND
    assert bound(BOUND) == BOUND
    assert bound_page(f"<p>{TYPED}</p>") == f"<p>{BOUND}</p>"


def test_spaces_between_words_stay_as_they_are() -> None:
    for text in ("en 30 jours, 24 heures", "la clé :", "tome 2 hors série", "a h 30", "x :y"):
        assert bound(text.replace(" :", ":")) == text.replace(" :", ":")


def test_english_is_left_as_it_is() -> None:
    with acting_for(TENANT, "en"):
        assert bound(TYPED) == TYPED
        assert bound_page(f"<p>{TYPED}</p>") == f"<p>{TYPED}</p>"


def test_what_a_browser_sends_back_is_left_as_it_was_typed() -> None:
    for part in (
        '<input value="Quoi ?">',
        "<textarea>Quoi ?\nEt « ça » !</textarea>",
        "<select><option>Quoi ?</option></select>",
        "<code>a : b</code>",
        '<script type="module">x ? y : z</script>',
        '<a href="/?q=a : b" data-text="Quoi ?">',
        "<pre class=x>a : b</pre>",
    ):
        assert bound_page(part) == part
        assert bound_page(f"<p>A : b</p>{part}<p>« C »</p>") == (
            f"<p>A\u00a0: b</p>{part}<p>«\u00a0C\u00a0»</p>"
        )


def test_what_was_escaped_stays_escaped() -> None:
    typed = "<p>a &lt; : b &#39;x&#39; ; &amp; !</p>"
    assert bound_page(typed) == "<p>a &lt;\u00a0: b &#39;x&#39;\u00a0; &amp;\u00a0!</p>"


def test_a_phone_number_is_not_cut_in_two_in_any_language() -> None:
    page = '<p>01 23 45 67 89</p><a href="/?q=01 23 45 67 89">x</a>'
    held = page.replace("01 23 45 67 89", "01 23 45 67 89".replace(" ", "\u00a0"), 1)
    assert bound_page(page) == held
    with acting_for(TENANT, "en"):
        assert bound_page(page) == held
