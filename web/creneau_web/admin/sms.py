"""SMS: what they may cost, when they wait, and what a text would take (C-80)."""

from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from typing import Any, Final, cast

import msgspec
from creneau.context import current_tenant
from creneau.i18n import current_locale
from creneau.i18n import gettext as _
from creneau.refusals import ChangedMeanwhile, InvalidInput
from creneau.sms import service as sms
from creneau.sms.rules import checked_settings, price_of, price_units
from creneau.sms.schemas import UNITS_OF_PRICE, SmsSettings, SmsState, Usage
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import reach, saving
from creneau_web.admin.sms_gateway import label_of, trouble_of
from creneau_web.forms import Form, form
from creneau_web.rendering import page

UPDATE: Final = "sms:update"
HOME: Final = "/administration/sms"
LONGEST_TEXT: Final = 2000
NO_NUMBER: Final = -1
ORDER: Final = (
    *("sender", "price", "monthly_limit", "abroad"),
    *("quiet_begins", "quiet_ends", "quiet_sundays", "quiet_holidays"),
)
AnyRequest = Request[Any, Any, Any]


@get(HOME, opt=permission(UPDATE))
async def sms_page() -> Template:
    """Show how SMS are set up, what the month has taken, and what a text would cost."""
    reach.require_everywhere(UPDATE)
    return await _page()


@post(HOME, opt=permission(UPDATE))
async def save(request: AnyRequest) -> Template | Redirect:
    """Save what is chosen beside the gateway."""
    reach.require_everywhere(UPDATE)
    typed = await form(request)
    before = await sms.state()
    try:
        settings = _settings_of(typed)
        await sms.choose(settings, reach.actor(), seen=saving.seen_moment(typed))
    except InvalidInput as wrong:
        opened = typed.text("version")
        return await _page(values=_values_of(typed), errors=wrong.fields, opened=opened)
    except ChangedMeanwhile as conflict:
        saved = cast("SmsState", conflict.saved).settings
        others = saving.differences(_settings_of(typed), saved, _labels())
        return await _page(values=_values_of(typed), conflict=others)
    old = before.settings if before else SmsSettings()
    flashes.add("success", saving.said_what_changed(old, checked_settings(settings), _labels()))
    return Redirect(HOME, status_code=303)


@post(f"{HOME}/longueur", opt=permission(UPDATE), status_code=200)
async def measure(request: AnyRequest) -> Template:
    """Tell how long a text is as an SMS, and what it would cost; nothing is sent."""
    reach.require_everywhere(UPDATE)
    return await _page(text=(await form(request)).text("text")[:LONGEST_TEXT])


async def _page(
    *,
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    conflict: object = None,
    opened: str | None = None,
    text: str | None = None,
) -> Template:
    state = await sms.state()
    shown_text = _usual_text() if text is None else text
    wrong = errors or {}
    return page(
        "admin/sms.html",
        status=422 if wrong else 409 if conflict is not None else 200,
        state=state,
        gateway=label_of(state),
        trouble=trouble_of(state),
        values=values or _shown(state.settings if state else SmsSettings()),
        version=saving.version_of(state and state.updated_at) if opened is None else opened,
        errors={name: wrong[name] for name in ORDER if name in wrong},
        conflict=conflict,
        month=_month(await sms.usage(), state),
        text=shown_text,
        estimate=await sms.estimate(shown_text),
        measured=text is not None,
        last=await saving.last_change("sms_setting", current_tenant.get().id),
    )


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """What the month has taken of its limit; costs in euros, None where no price is set."""

    usage: Usage
    limit: int
    cost: Decimal | None
    limit_cost: Decimal | None

    @property
    def reached(self) -> bool:
        """Whether the limit refuses SMS."""
        return self.usage.parts >= self.limit or self.usage.refused > 0


def _month(usage: Usage, state: SmsState | None) -> Month:
    settings = state.settings if state else SmsSettings()
    return Month(
        usage=usage,
        limit=settings.monthly_limit,
        cost=price_of(usage.parts, settings.price),
        limit_cost=price_of(settings.monthly_limit, settings.price),
    )


def _usual_text() -> str:
    tenant = current_tenant.get()
    return _(
        "%(tenant)s : rappel de votre RDV mar. 24 nov. à 9 h 30, carte d’identité, mairie."
        " Annuler ou déplacer : %(link)s",
        tenant=tenant.name,
        link=f"{tenant.public_url}/lien/{'x' * 43}",
    )


def _shown(settings: SmsSettings) -> dict[str, str]:
    price = Decimal(settings.price) / UNITS_OF_PRICE
    mark = "," if current_locale.get() == "fr" else "."
    return {
        "sender": settings.sender,
        "price": f"{price.normalize():f}".replace(".", mark) if settings.price else "",
        "monthly_limit": str(settings.monthly_limit),
        "abroad": "yes" if settings.abroad else "",
        "quiet_begins": settings.quiet_begins.strftime("%H:%M"),
        "quiet_ends": settings.quiet_ends.strftime("%H:%M"),
        "quiet_sundays": "yes" if settings.quiet_sundays else "",
        "quiet_holidays": "yes" if settings.quiet_holidays else "",
    }


def _values_of(typed: Form) -> dict[str, str]:
    return {name: typed.text(name) for name in ORDER}


def _settings_of(typed: Form) -> SmsSettings:
    """Read what was typed, and say all that is wrong at once."""
    times = {name: _time(typed.text(name)) for name in ("quiet_begins", "quiet_ends")}
    price = price_units(typed.text("price"))
    settings = SmsSettings(
        sender=typed.text("sender"),
        price=NO_NUMBER if price is None else price,
        monthly_limit=_number(typed.text("monthly_limit")),
        abroad=bool(typed.text("abroad")),
        quiet_begins=times["quiet_begins"] or time(),
        quiet_ends=times["quiet_ends"] or time(),
        quiet_sundays=bool(typed.text("quiet_sundays")),
        quiet_holidays=bool(typed.text("quiet_holidays")),
    )
    wrong = {
        name: _("Écrivez une heure, comme 20:00.") for name, found in times.items() if found is None
    }
    try:
        checked_settings(settings)
    except InvalidInput as refused:
        wrong.update(refused.fields)
    if wrong:
        raise InvalidInput(wrong)
    return settings


def _number(text: str) -> int:
    bare = "".join(text.split())
    return int(bare) if bare.isascii() and bare.isdecimal() and len(bare) <= 9 else NO_NUMBER  # noqa: PLR2004 - more digits than any limit


def _time(text: str) -> time | None:
    try:
        found = time.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is None and not found.second and not found.microsecond else None


def _labels() -> dict[str, str]:
    return {
        "sender": _("Nom de l’expéditeur"),
        "price": _("Prix par SMS facturé"),
        "monthly_limit": _("Limite par mois"),
        "abroad": _("Numéros à l’étranger"),
        "quiet_begins": _("Début des heures calmes"),
        "quiet_ends": _("Fin des heures calmes"),
        "quiet_sundays": _("Dimanches"),
        "quiet_holidays": _("Jours fériés"),
    }


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (sms_page, save, measure)
