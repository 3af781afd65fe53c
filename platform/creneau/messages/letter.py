"""A letter in its parts, written out as plain text and as plain HTML."""

from collections.abc import Sequence
from html import escape

import msgspec

from creneau.i18n import current_locale
from creneau.i18n import gettext as _
from creneau.messages.calendar import one_line

STYLE = (
    "body{margin:0;padding:24px;background:#fbfaf7;color:#1b2a41;"
    "font:17px/1.55 'Atkinson Hyperlegible',Verdana,sans-serif}"
    "main{max-width:36rem;margin:0 auto;padding:24px;background:#fff;border:1px solid #d9d5cc;"
    "border-radius:8px}"
    "h1{margin:0 0 16px;font-size:24px;line-height:1.25}h2{margin:24px 0 4px;font-size:18px}"
    "p{margin:0 0 16px}dt{color:#55627a}dd{margin:0 0 12px;font-weight:bold}"
    "a{color:#085450}.code{font-size:32px;letter-spacing:.15em}.end{color:#55627a}"
)


class Paragraph(msgspec.Struct, frozen=True):
    """A few sentences; line ends are kept."""

    text: str


class Heading(msgspec.Struct, frozen=True):
    """What the next paragraphs are about."""

    text: str


class Facts(msgspec.Struct, frozen=True):
    """Labels and values, a line each; those without a value are left out."""

    pairs: Sequence[tuple[str, str]]

    @property
    def known(self) -> list[tuple[str, str]]:
        """The pairs that have a value."""
        return [(label, value) for label, value in self.pairs if value.strip()]


class Link(msgspec.Struct, frozen=True):
    """What the reader can do next, and where."""

    label: str
    href: str


class Code(msgspec.Struct, frozen=True):
    """A code to copy."""

    digits: str


Part = Paragraph | Heading | Facts | Link | Code


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A message to one reader, in the language in which it was composed."""

    subject: str
    title: str
    parts: Sequence[Part]
    signature: str

    def text(self) -> str:
        """Write the letter as plain text."""
        body = "\n\n".join(_plain(part) for part in self.parts)
        return f"{self.title}\n\n{body}\n\n{self.signature}\n"

    def html(self) -> str:
        """Write the letter as one HTML page without images; everything typed is escaped."""
        body = "".join(_rich(part) for part in self.parts)
        return (
            f'<!doctype html><html lang="{current_locale.get()}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width">'
            f"<title>{escape(self.subject)}</title><style>{STYLE}</style></head><body><main>"
            f'<h1>{escape(self.title)}</h1>{body}<p class="end">{_lines(self.signature)}</p>'
            "</main></body></html>"
        )


def _plain(part: Part) -> str:
    match part:
        case Facts():
            return "\n".join(_fact(label, value) for label, value in part.known)
        case Link(label, href):
            return f"{label}\n{href}"
        case Code(digits):
            return f"    {digits}"
        case Paragraph(text) | Heading(text):
            return text.strip()


def _fact(label: str, value: str) -> str:
    return _("%(label)s : %(value)s", label=label, value=one_line(value))


def _rich(part: Part) -> str:
    match part:
        case Facts():
            return f"<dl>{''.join(_row(label, value) for label, value in part.known)}</dl>"
        case Link(label, href):
            return f'<p><a href="{escape(href)}">{escape(label)}</a></p>'
        case Code(digits):
            return f'<p class="code"><strong>{escape(digits)}</strong></p>'
        case Heading(text):
            return f"<h2>{escape(text)}</h2>"
        case Paragraph(text):
            return f"<p>{_lines(text)}</p>"


def _row(label: str, value: str) -> str:
    return f"<dt>{escape(label)}</dt><dd>{_lines(value)}</dd>"


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.strip().splitlines())
