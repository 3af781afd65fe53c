"""French sets its double signs apart with a space that no line ends at.

A colon never begins a line, a quotation does not end alone, and "9 h 30" is not cut in two. Texts are
written with plain spaces, and so is what people type: what is stored, compared or sent to programs
keeps them. Only what is shown to somebody who reads gets these.
"""

import re
from collections.abc import Sequence
from typing import Final

from creneau.i18n import NO_BREAK_SPACE, current_locale

# A space, then at once what may follow it: the search leaps over all the others.
BEFORE: Final = re.compile(
    r" (?=[:;?!\xbb\u20ac%h\d])(?:(?=[:;?!\xbb])|(?=h\b|\u20ac|%)(?<=\d )|(?=\d\d\b)(?<=\d[ \u00a0]h ))"
)
AFTER: Final = re.compile(r"\xab ")
PHONE: Final = re.compile(r"0\d(?: \d\d){4}")
LEFT_ALONE: Final = re.compile(
    r"<(script|style|textarea|select|pre|code)\b.*?</\1>", re.DOTALL | re.IGNORECASE
)
"""What a browser would send back, or a program reads."""


def bound(text: str) -> str:
    """Hold together what belongs together in a text, where French is read."""
    if current_locale.get() != "fr":
        return text
    return AFTER.sub(_held, BEFORE.sub(_held, text))


def bound_page(html: str) -> str:
    """Do the same in the texts of a page of ours, and never inside a tag: values stay as typed.

    A phone number is held together in any language. It works on what our own templates write: no
    attribute holds a plain "<" or ">".
    """
    loose = (BEFORE, AFTER, PHONE) if current_locale.get() == "fr" else (PHONE,)
    kept: list[str] = []
    begin = 0
    for alone in LEFT_ALONE.finditer(html):
        kept += (_in_texts(html[begin : alone.start()], loose), alone[0])
        begin = alone.end()
    kept.append(_in_texts(html[begin:], loose))
    return "".join(kept)


def _in_texts(html: str, loose: Sequence[re.Pattern[str]]) -> str:
    def bind(found: re.Match[str]) -> str:
        inside = html.rfind("<", 0, found.start()) > html.rfind(">", 0, found.start())
        return found[0] if inside else _held(found)

    for pattern in loose:
        html = pattern.sub(bind, html)
    return html


def _held(found: re.Match[str]) -> str:
    return found[0].replace(" ", NO_BREAK_SPACE)
