"""The pages of the administration that an agent may open, by section."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from creneau import i18n
from creneau.contributions import SettingsPage, SettingsSection
from creneau.plugins import active

from creneau_web.visit import visit

HOME: Final = "/administration"
ORDER: Final[tuple[SettingsSection, ...]] = (
    "start",
    "organisation",
    "booking",
    "people",
    "look",
    "messages",
    "connections",
)


class MenuEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A page of settings in the current language; `active` is the one being shown."""

    label: str
    description: str
    href: str
    icon: str
    active: bool


class MenuSection(msgspec.Struct, frozen=True, kw_only=True):
    """Pages that belong together."""

    code: str
    label: str
    entries: Sequence[MenuEntry]


def open_pages() -> list[SettingsPage]:
    """List the pages of settings whose right the agent who asks holds, in their order."""
    held = visit().rights
    if held is None:
        return []
    return [found for found in active().settings_pages() if held.can(found.permission)]


def settings_menu() -> list[MenuSection]:
    """Give the sections that hold at least one page for the agent who asks."""
    pages = open_pages()
    current = _current(pages)
    labels = section_labels()
    sections = (
        MenuSection(
            code=code,
            label=labels[code],
            entries=[_entry(found, current) for found in pages if found.section == code],
        )
        for code in ORDER
    )
    return [section for section in sections if section.entries]


def _entry(found: SettingsPage, current: str | None) -> MenuEntry:
    return MenuEntry(
        label=i18n.gettext(found.label),
        description=i18n.gettext(found.description) if found.description else "",
        href=found.href,
        icon=found.icon,
        active=found.href == current,
    )


def _current(pages: Sequence[SettingsPage]) -> str | None:
    path = visit().path
    inside = [page.href for page in pages if path == page.href or path.startswith(f"{page.href}/")]
    return max(inside, key=len, default=None)


def section_labels() -> Mapping[SettingsSection, str]:
    """Name the sections in the current language."""
    return {
        "start": i18n.gettext("Pour commencer"),
        "organisation": i18n.gettext("Organisation"),
        "booking": i18n.gettext("Prise de rendez-vous"),
        "people": i18n.gettext("Équipe et droits"),
        "look": i18n.gettext("Apparence et textes"),
        "messages": i18n.gettext("Messages"),
        "connections": i18n.gettext("Connexions et échanges"),
    }
