"""Templates and what every one of them finds: the tenant, the language, addresses, forms."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_date
from creneau import i18n
from creneau.contributions import NavItem
from creneau.phones import readable_phone
from creneau.plugins import active, installed
from creneau.typography import bound_page
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
)
from jinja2 import Template as Source
from litestar.response import Template
from litestar.response.base import ASGIResponse
from markupsafe import Markup, escape

from creneau_web import csrf, flashes
from creneau_web.admin import menu, spans
from creneau_web.branding import TenantView, branding_href, view_of
from creneau_web.static_files import static
from creneau_web.tenancy import switch_locale_href
from creneau_web.unsent.filling import filled
from creneau_web.visit import Visit, current_visit

PACKAGE = Path(__file__).parent
READS_PERSONS = "person:read"


class NavEntry(msgspec.Struct, frozen=True):
    """An entry of the left rail as the template shows it."""

    label: str
    href: str
    icon: str
    active: bool


class Viewing(msgspec.Struct, frozen=True, kw_only=True):
    """Whose eyes somebody looks through, and until when, local to the tenant (T-08)."""

    name: str
    until: datetime


class Page(Template):
    """A page as it is answered: what was typed before a session's end stands in its form again."""

    def to_asgi_response(self, *args: Any, **kwargs: Any) -> ASGIResponse:
        """Write the page."""
        answer = super().to_asgi_response(*args, **kwargs)
        here = current_visit.get(None)
        if here is None or here.unsent is None:
            return answer
        notice = environment().get_template("auth/unsent.html").render()
        text = bytes(answer.body).decode(self.encoding)
        answer.body = filled(text, here.path, here.unsent, notice).encode(self.encoding)
        answer.headers["content-length"] = str(len(answer.body))
        return answer


def page(template: str, *, status: int = 200, **context: object) -> Template:
    """Answer with a template; `context` stands beside what every page has."""
    return Page(
        template,
        context={**page_context(), **context},
        status_code=status,
        media_type="text/html",
    )


def render(template: str, **context: object) -> str:
    """Write a template to text, for answers outside the application's routes."""
    return environment().get_template(template).render({**page_context(), **context})


def page_context() -> dict[str, Any]:
    """Give what every page has; without a tenant, or without a request, what there is."""
    here = current_visit.get(None)
    if here is None:
        return {"tenant": None, "locale": i18n.current_locale.get(), "flash": (), "demo": False}
    return {
        "tenant": _tenant(here),
        "branding_href": branding_href(here.directory) if here.directory else None,
        "locale": here.locale,
        "switch_locale_href": switch_locale_href(here),
        "request_path": here.path,
        "nav": _navigation(here),
        "administration": _administration(here),
        "agent": here.agent,
        "finds_persons": here.rights is not None and here.rights.can(READS_PERSONS),
        "flash": flashes.take(here),
        "demo": here.settings.environment == "demo",
        "previewing": here.previewing,
        "viewing": _viewing(here),
        "unpublished": here.directory is not None and here.directory.state == "onboarding",
    }


def _viewing(here: Visit) -> Viewing | None:
    if here.viewer is None or here.agent is None or here.viewing_until is None:
        return None
    zone = here.directory.tenant.time_zone if here.directory else "UTC"
    until = here.viewing_until.astimezone(ZoneInfo(zone))
    return Viewing(name=here.agent.display_name, until=until)


def _tenant(here: Visit) -> TenantView | None:
    return view_of(here.directory) if here.directory else None


def _navigation(here: Visit) -> Sequence[NavEntry]:
    if here.agent is None or here.rights is None:
        return ()
    shown = [item for item in active().nav_items() if here.rights.can(item.permission)]
    inside = [item.href for item in shown if _is_inside(here.path, item.href)]
    current = max(inside, key=len, default=None)
    return [NavEntry(_label(item), item.href, item.icon, item.href == current) for item in shown]


def _label(item: NavItem) -> str:
    if item.word is None:
        return i18n.gettext(item.label)
    own = word(item.word)
    return own[:1].upper() + own[1:]


def _administration(here: Visit) -> NavEntry | None:
    if here.agent is None or not menu.open_pages():
        return None
    inside = _is_inside(here.path, menu.HOME)
    return NavEntry(i18n.gettext("Administration"), menu.HOME, "settings", inside)


def _is_inside(path: str, href: str) -> bool:
    return path == href or path.startswith(f"{href}/")


class BoundSource(Source):
    """A template whose French keeps together what no line's end may part, however it is shown."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Write the template."""
        return bound_page(super().render(*args, **kwargs))


class _Templates(Environment):
    template_class = BoundSource


@cache
def environment() -> Environment:
    """Make the one Jinja environment of the process."""
    made = _Templates(loader=_loader(), autoescape=True, undefined=StrictUndefined)
    known: dict[str, Any] = {
        "_": text,
        "gettext": text,
        "ngettext": plural,
        "static": static,
        "csrf_field": csrf_field,
        "word": word,
        "settings_menu": menu.settings_menu,
    }
    made.globals.update(known)
    made.filters.update(
        day=i18n.day,
        euros=i18n.euros,
        time=i18n.time,
        moment=i18n.moment,
        short_day=i18n.short_day,
        span=spans.in_words,
        weekday_short=weekday_short,
        thousands=i18n.thousands,
        whole_times=i18n.whole_times,
        readable_phone=readable_phone,
    )
    return made


def _loader() -> BaseLoader:
    plugins = {name: FileSystemLoader(folder) for name, folder in installed().templates().items()}
    return ChoiceLoader(
        [
            FileSystemLoader(PACKAGE / "templates"),
            PrefixLoader({"ui": FileSystemLoader(PACKAGE / "ui"), **plugins}),
        ]
    )


def text(message: str, /, **values: object) -> Markup:
    """Translate a text for a template; the text and what fills it are both escaped."""
    translated = escape(i18n.gettext(message))
    return translated % values if values else translated


def plural(singular: str, plural: str, number: int, /, **values: object) -> Markup:
    """Translate a text that depends on a number, which it may name `num`; all is escaped."""
    return escape(i18n.ngettext(singular, plural, number, num=number, **values))


def csrf_field() -> Markup:
    """Give the hidden field that each form of a page carries."""
    return csrf.hidden_field(current_visit.get())


def word(name: Any) -> str:
    """Give the tenant's own word for a person, an agent, a place (D-10)."""
    return i18n.gettext(active().words()[name])


def weekday_short(value: date) -> str:
    """Write a day of the week as "mar."."""
    return format_date(value, "EEE", locale="fr" if i18n.current_locale.get() == "fr" else "en_GB")
