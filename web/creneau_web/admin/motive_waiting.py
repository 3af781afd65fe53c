"""A motive's waiting list: whether one may wait, and how long an offer is held (C-28, C-80)."""

from collections.abc import Mapping
from typing import Any, Final, cast
from uuid import UUID

from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound
from creneau.waiting import service as waiting
from creneau.waiting.schemas import WaitingRule
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import reach, saving
from creneau_web.admin.motive_form import LIST, UPDATE
from creneau_web.admin.spans import MINUTES_IN, Span, in_words, units
from creneau_web.admin.waiting_words import has_line
from creneau_web.forms import Form, form
from creneau_web.rendering import page

ONE: Final = f"{LIST}/{{motive_id:uuid}}/attente"
FIELD: Final = "offer_minutes"
LONGEST_NUMBER: Final = 4
UNITS: Final = ("minutes", "hours", "days")
AnyRequest = Request[Any, Any, Any]


@get(ONE, opt=permission(UPDATE))
async def waiting_page(motive_id: FromPath[UUID]) -> Template:
    """Show whether one may wait for a motive, how long an offer is held, and how many wait."""
    motive = await _motive(motive_id)
    return await _form(motive, _values_of(await waiting.rule(motive.id)))


@post(ONE, opt=permission(UPDATE))
async def save(request: AnyRequest, motive_id: FromPath[UUID]) -> Template | Redirect:
    """Save the rule; whoever saves second is shown what stands."""
    motive, typed = await _motive(motive_id), await form(request)
    before = await waiting.rule(motive.id)
    try:
        wanted = _read(typed)
        await waiting.set_rule(motive.id, wanted, reach.actor(), seen=_seen(typed))
    except InvalidInput as wrong:
        back = saving.SentBack(errors=wrong.fields, opened=typed.text("version"))
        return await _form(motive, typed.values(), back)
    except ChangedMeanwhile as conflict:
        others = _differences(_read(typed), cast("WaitingRule", conflict.saved))
        return await _form(motive, typed.values(), saving.SentBack(conflict=others))
    flashes.add("success", saving.said_what_changed(before, wanted, _labels()))
    return Redirect(f"{LIST}/{motive.id}#waiting", status_code=303)


async def _motive(motive_id: UUID) -> Motive:
    """Find a motive that may be changed; what only agents book has no line.

    Raises:
        NotFound: There is none such here, or nobody can wait for it.
    """
    found = await motives.motive(motive_id)
    await reach.require_in(UPDATE, found.organisation_id)
    if not has_line(found):
        raise NotFound
    return found


def _values_of(rule: WaitingRule) -> dict[str, Any]:
    minutes = rule.offer_minutes
    unit = next(one for one in reversed(UNITS) if minutes % MINUTES_IN[one] == 0)
    return {
        "open": "yes" if rule.open else "",
        FIELD: str(minutes // MINUTES_IN[unit]),
        f"{FIELD}_unit": unit,
    }


def _read(typed: Form) -> WaitingRule:
    amount, unit = typed.text(FIELD), typed.text(f"{FIELD}_unit")
    if not (amount.isascii() and amount.isdigit() and len(amount) <= LONGEST_NUMBER):
        raise InvalidInput({FIELD: _("Écrivez un nombre entier, comme 2.")})
    if unit not in UNITS:
        raise InvalidInput({FIELD: _("Choisissez des minutes, des heures ou des jours.")})
    return WaitingRule(open=bool(typed.text("open")), offer_minutes=Span(int(amount), unit).minutes)


def _version(rule: WaitingRule) -> str:
    return f"{rule.open:d}-{rule.offer_minutes}"


def _seen(typed: Form) -> WaitingRule:
    """Read the rule that the form was made from; what nobody could have seen differs from all."""
    opened, _dash, minutes = typed.text("version").partition("-")
    number = int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 6 else 0  # noqa: PLR2004 - a week is shorter
    return WaitingRule(open=opened == "1", offer_minutes=number)


def _differences(wanted: WaitingRule, saved: WaitingRule) -> list[saving.Difference]:
    labels = _labels()
    held = saving.Difference(label=labels[FIELD], saved=in_words(saved.offer_minutes))
    others = saving.differences(wanted, saved, {"open": labels["open"]})
    return [*others, *([held] if wanted.offer_minutes != saved.offer_minutes else [])]


def _labels() -> dict[str, str]:
    return {"open": _("Liste d’attente"), FIELD: _("Durée de réservation d’un créneau proposé")}


async def _form(
    motive: Motive, values: Mapping[str, Any], back: saving.SentBack = saving.AS_IT_STANDS
) -> Template:
    rule = await waiting.rule(motive.id)
    return page(
        "admin/motive_waiting.html",
        status=back.status,
        motive=motive,
        values=values,
        errors=back.errors,
        conflict=back.conflict,
        units=[(code, label) for code, label in units() if code in UNITS],
        number=await waiting.number_waiting(motive.id),
        closed=not rule.open,
        version=back.version(_version(rule)),
    )


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (waiting_page, save)
