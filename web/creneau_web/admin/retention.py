"""What is kept for how long, and the list of what will be erased, with its date (T-11, S-14)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from creneau.i18n import gettext as _
from creneau.refusals import ChangedMeanwhile, InvalidInput
from creneau.retention import service as retention
from creneau.retention.rules import NOTICE
from creneau.retention.schemas import RetentionRule
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import reach, retention_lists, saving
from creneau_web.admin.retention_lists import APPOINTMENTS, FILES, HOME, RIGHT
from creneau_web.forms import form
from creneau_web.rendering import page

LONGEST_NUMBER: Final = 4
AnyRequest = Request[Any, Any, Any]


@get(HOME, opt=permission(RIGHT))
async def home() -> Template:
    """Show how long what has no activity is kept, and how much goes next."""
    reach.require_everywhere(RIGHT)
    months = (await retention.rule()).months
    return await _page(str(months), str(months))


@post(HOME, opt=permission(RIGHT), status_code=200)
async def save(request: AnyRequest) -> Template | Redirect:
    """Set how long; whoever saves second is shown what stands."""
    reach.require_everywhere(RIGHT)
    typed = await form(request)
    months, version = typed.text("months"), typed.text("version")
    try:
        await retention.set_months(_number(months), reach.actor(), seen=_number(version))
    except InvalidInput as wrong:
        return await _page(months, version, errors=wrong.fields)
    except ChangedMeanwhile as conflict:
        saved = str(cast("RetentionRule", conflict.saved).months)
        others = [saving.Difference(label=_("Durée de conservation, en mois"), saved=saved)]
        return await _page(months, saved, conflict=others)
    flashes.add("success", _("La durée de conservation est enregistrée."))
    return Redirect(HOME, status_code=303)


def _number(typed: str) -> int:
    fits = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMBER
    return int(typed) if fits else 0


async def _page(
    months: str,
    version: str,
    *,
    errors: Mapping[str, str] | None = None,
    conflict: Sequence[saving.Difference] | None = None,
) -> Template:
    return page(
        "admin/retention.html",
        status=422 if errors else 409 if conflict is not None else 200,
        months=months,
        version=version,
        errors=errors or {},
        conflict=conflict,
        counts=await retention.counts(),
        files_href=FILES,
        appointments_href=APPOINTMENTS,
        notice_days=NOTICE.days,
    )


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (home, save, *retention_lists.ROUTES)
