"""The pieces that plugins add to a page about a booking."""

from collections.abc import Sequence
from uuid import UUID

from creneau.context import current_tenant
from creneau.contributions import Fragment, Page, PageContext
from creneau.database import tenant_transaction
from creneau.i18n import current_locale
from creneau.plugins import active
from markupsafe import Markup

from creneau_web.rendering import environment


async def fragments_of(name: Page, booking_id: UUID) -> Sequence[Markup]:
    """Draw what plugins add to a page, in their order; what has nothing to say is left out."""
    context = PageContext(page=name, tenant=current_tenant.get(), booking_id=booking_id)
    parts = active().page_fragments(context)
    return [drawn for part in parts if (drawn := await _drawn(part)) is not None]


async def _drawn(part: Fragment) -> Markup | None:
    async with tenant_transaction() as tx:
        data = await part.data(tx)
    if data is None:
        return None
    template = environment().get_template(part.template)
    return Markup(template.render({"locale": current_locale.get(), **data}))  # noqa: S704 - drawn with autoescape
