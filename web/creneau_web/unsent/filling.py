"""A page of ours as it was, with what somebody had typed in one of its forms.

It works on what our own templates write: attributes in double quotes, with their values escaped.
"""

import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Final

from markupsafe import escape

from creneau_web.unsent.schemas import Unsent

FORM: Final = re.compile(r"(<form\b[^>]*>)(.*?)(</form>)", re.DOTALL)
FIELD: Final = re.compile(
    r"<input\b[^>]*>|<select\b[^>]*>.*?</select>|<textarea\b[^>]*>.*?</textarea>", re.DOTALL
)
OPTION: Final = re.compile(r"<option\b[^>]*>")
ATTRIBUTE: Final = re.compile(r'([\w:-]+)(?:="([^"]*)")?')
NEVER: Final = frozenset({"password", "file", "submit", "button", "image", "reset"})
"""Fields that are not filled in: what is secret, and what is no text."""


def filled(html: str, page: str, unsent: Unsent, notice: str) -> str:
    """Fill in the page’s form that goes where the unsent one went, below a notice; else nothing."""
    for found in FORM.finditer(html):
        if _goes_to(found[1], page) == unsent.action:
            inside = _Filling(unsent.values).of(found[2])
            if inside is None:
                continue
            return html[: found.end(1)] + notice + inside + html[found.start(3) :]
    return html


def _goes_to(tag: str, page: str) -> str | None:
    told = _attributes(tag)
    if told.get("method", "get").lower() != "post":
        return None
    return told.get("action", page).partition("?")[0]


def _attributes(tag: str) -> dict[str, str]:
    inside = tag.partition(" ")[2].rstrip("/>")
    return {name: unescape(value) for name, value in ATTRIBUTE.findall(inside)}


class _Filling:
    """One form being filled in; of fields with one name each takes the next value."""

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        self.values = values
        self.left = {name: list(given) for name, given in values.items()}
        self.shown = False

    def of(self, html: str) -> str | None:
        """Fill in; None where nothing that can be seen was typed."""
        written = FIELD.sub(lambda found: self._field(found[0]), html)
        return written if self.shown else None

    def _field(self, text: str) -> str:
        tag = text[: text.index(">") + 1]
        told = _attributes(tag)
        name, kind = told.get("name", ""), told.get("type", "text").lower()
        if name == "csrf_token" or kind in NEVER or "disabled" in told:
            return text
        if kind in {"checkbox", "radio"}:
            return self._ticked(tag, told)
        if name not in self.values:
            return text
        if kind != "hidden":
            self.shown = True
        if text.startswith("<select"):
            return OPTION.sub(lambda found: self._chosen(found[0], name), text)
        value = escape(self.left[name].pop(0) if self.left[name] else "")
        if text.startswith("<textarea"):
            # A browser takes the first new line for the tag's own.
            return f"{tag}\n{value}</textarea>"
        return _with_value(tag, str(value))

    def _ticked(self, tag: str, told: Mapping[str, str]) -> str:
        bare = re.sub(r"\schecked(?=[\s>])", "", tag)
        if told.get("value", "on") not in self.values.get(told.get("name", ""), ()):
            return bare
        self.shown = True
        return f"{bare[:-1]} checked>"

    def _chosen(self, tag: str, name: str) -> str:
        bare = re.sub(r"\sselected(?=[\s>])", "", tag)
        if _attributes(tag).get("value", "") not in self.values[name]:
            return bare
        return f"{bare[:-1]} selected>"


def _with_value(tag: str, value: str) -> str:
    bare = re.sub(r'\svalue="[^"]*"', "", tag, count=1)
    return f'{bare[:-1]} value="{value}">'
