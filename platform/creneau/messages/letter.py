"""A letter in its parts, written out as plain text and as plain HTML."""

from collections.abc import Sequence
from html import escape
from typing import Final

import msgspec

from creneau.context import Brand, current_tenant
from creneau.i18n import current_locale
from creneau.i18n import gettext as _
from creneau.messages.calendar import one_line
from creneau.typography import bound, bound_page

LOGO: Final = "cid:logo"
"""Where the logo stands in a mail: attached to it, never fetched from anywhere."""

_STYLE: Final = (
    "body{margin:0;padding:16px;background:#fbfaf7;color:#1b2a41;"
    "font:17px/1.55 'Atkinson Hyperlegible',Verdana,sans-serif}"
    ".sheet{max-width:36rem;margin:0 auto;background:#fff;border:1px solid #d9d5cc;"
    "border-radius:8px;overflow:hidden}"
    ".head{padding:16px 24px;border-bottom:1px solid #d9d5cc;font-weight:bold}"
    ".head img{display:block;max-width:100%;height:auto;max-height:64px}"
    ".body{padding:24px}.end{padding:16px 24px;border-top:1px solid #d9d5cc;color:#55627a;"
    "font-size:15px}.end p{margin:0 0 8px}"
    "h1{margin:0 0 16px;font-size:24px;line-height:1.25}h2{margin:24px 0 4px;font-size:18px}"
    "p{margin:0 0 16px;overflow-wrap:anywhere}dl{margin:0 0 16px}dt{color:#55627a}"
    "dd{margin:0 0 12px;font-weight:bold}"
    ".code{font-size:32px;letter-spacing:.15em}"
    ".go a{display:inline-block;padding:10px 20px;border-radius:8px;font-weight:bold;"
    "text-decoration:none}"
)


def style(brand: Brand) -> str:
    """Write the style sheet of a tenant's mails."""
    return (
        f"{_STYLE}.sheet{{border-top:6px solid {brand.colour}}}a{{color:{brand.colour}}}"
        f".go a{{background:{brand.colour};color:{brand.ink}}}"
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
        brand = _brand()
        legal = f"{_('Mentions légales')}\n{brand.legal_href}" if brand.legal_href else ""
        parts = (self.title, *(_plain(part) for part in self.parts), self.signature)
        written = [part for part in (*parts, brand.footer.strip(), legal) if part]
        return bound("\n\n".join(written)) + "\n"

    def html(self) -> str:
        """Write the letter as one HTML page that fetches nothing; everything typed is escaped."""
        brand = _brand()
        body = "".join(_rich(part) for part in self.parts)
        return bound_page(
            f'<!doctype html><html lang="{current_locale.get()}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width">'
            f"<title>{escape(self.subject)}</title><style>{style(brand)}</style></head><body>"
            f'<div class="sheet"><div class="head">{self._head(brand)}</div><div class="body">'
            f"<h1>{escape(self.title)}</h1>{body}</div>"
            f'<div class="end">{self._end(brand)}</div></div></body></html>'
        )

    def _head(self, brand: Brand) -> str:
        name = _lines(self.signature)
        return f'<img src="{LOGO}" alt="{escape(self.signature)}">' if brand.logo else name

    def _end(self, brand: Brand) -> str:
        legal = (
            f'<a href="{escape(brand.legal_href)}">{escape(_("Mentions légales"))}</a>'
            if brand.legal_href
            else ""
        )
        written = (_lines(self.signature), _lines(brand.footer), legal)
        return "".join(f"<p>{one}</p>" for one in written if one)


def _brand() -> Brand:
    tenant = current_tenant.get(None)
    return tenant.brand if tenant else Brand()


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
    # Further lines stand in, so that none of them can pass for a label.
    lines = (one_line(line) for line in value.strip().splitlines())
    return _("%(label)s : %(value)s", label=label, value="\n    ".join(lines))


def _rich(part: Part) -> str:
    match part:
        case Facts():
            return f"<dl>{''.join(_row(label, value) for label, value in part.known)}</dl>"
        case Link(label, href):
            return f'<p class="go"><a href="{escape(href)}">{escape(label)}</a></p>'
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
