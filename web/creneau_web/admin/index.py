"""The administration's first page, and the search over all settings."""

from collections.abc import Sequence

import msgspec
from creneau.contributions import SettingsPage
from creneau.i18n import gettext as _
from creneau.refusals import NotAllowed
from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from creneau_web.access import signed_in
from creneau_web.admin import menu
from creneau_web.lists.asking import folded
from creneau_web.rendering import page


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A page, or one thing that is set on it, with the way there."""

    label: str
    where: str
    href: str


@get(menu.HOME, opt=signed_in())
async def index_page(recherche: FromQuery[str] = "") -> Template:
    """Show the pages of settings, or those where what is asked for is set.

    Raises:
        NotAllowed: The agent may change no setting at all.
    """
    pages = menu.open_pages()
    if not pages:
        raise NotAllowed
    asked = recherche.strip()[:100]
    return page(
        "admin/index.html",
        sections=menu.settings_menu(),
        asked=asked,
        found=search(asked, pages) if asked else [],
    )


def search(asked: str, pages: Sequence[SettingsPage]) -> list[Found]:
    """Find settings and pages whose words begin like those asked for, accents and case aside."""
    words = folded(asked).split()
    return [*_pages(words, pages), *_settings(words, pages)] if words else []


def _pages(words: Sequence[str], pages: Sequence[SettingsPage]) -> list[Found]:
    sections = menu.section_labels()
    return [
        Found(label=_(one.label), where=sections[one.section], href=one.href)
        for one in pages
        if _matches(words, _(one.label), _(one.description) if one.description else "")
    ]


def _settings(words: Sequence[str], pages: Sequence[SettingsPage]) -> list[Found]:
    return [
        Found(label=_(label), where=_(one.label), href=_way(one.href, field))
        for one in pages
        for label, field in one.settings
        if _matches(words, _(label), _(one.label)) and _matches(words, _(label), partly=True)
    ]


def _way(href: str, field: str) -> str:
    if not field or field.startswith("?"):
        return f"{href}{field}"
    return f"{href}#{field}"


def _matches(words: Sequence[str], *texts: str, partly: bool = False) -> bool:
    # Whoever looks for "email" means "e-mail".
    spellings = [text.replace("-", "") for text in texts if "-" in text]
    known = f" {' '.join(folded(text) for text in (*texts, *spellings))}"
    hits = [f" {word}" in known for word in words]
    return any(hits) if partly else all(hits)
