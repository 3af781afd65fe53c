"""What the pages of the first steps share: the way on, the way past, whose organisation it is."""

from collections.abc import Mapping, Sequence

from creneau.organisations.schemas import Organisation
from creneau.refusals import NotAllowed
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.admin import reach
from creneau_web.admin.progress import progress
from creneau_web.forms import Form
from creneau_web.rendering import page


async def step_page(
    code: str,
    template: str,
    errors: Mapping[str, str] | None = None,
    *,
    status: int = 200,
    **context: object,
) -> Template:
    """Show one step with the way on and the way past it."""
    found = await progress()
    return page(
        template,
        status=422 if errors else status,
        progress=found,
        step=next(step for step in found.steps if step.code == code),
        skip_href=found.after(code).href,
        errors=errors or {},
        **context,
    )


async def onward(code: str, said: str) -> Redirect:
    """Say what was done, and go on to the next step that is not."""
    flashes.add("success", said)
    return Redirect((await progress()).after(code).href, status_code=303)


async def theirs(code: str) -> Sequence[Organisation]:
    """List the organisations in which a right is held, at least one.

    Raises:
        NotAllowed: It is held in none.
    """
    found = await reach.organisations_for(code)
    if not found:
        raise NotAllowed
    return found


def chosen(organisations: Sequence[Organisation], typed: Form | None = None) -> Organisation:
    """Give the organisation that a form names, the first where it names none of them."""
    named = typed.text("organisation_id") if typed else ""
    return next((one for one in organisations if str(one.id) == named), organisations[0])


def options(organisations: Sequence[Organisation]) -> list[tuple[str, str]]:
    """List organisations to choose from; nothing where there is one."""
    several = organisations if len(organisations) > 1 else ()
    return [(str(one.id), one.name) for one in several]
