"""The pieces that plugins add to a page about a booking."""

from collections.abc import Sequence
from uuid import UUID

from creneau.context import current_tenant
from creneau.contributions import Fragment, Page, PageContext
from creneau.database import Transaction, tenant_transaction
from creneau.i18n import current_locale
from creneau.plugins import active
from markupsafe import Markup

from creneau_web.rendering import environment


async def fragments_of(name: Page, booking_id: UUID) -> Sequence[Markup]:
    """Draw what plugins add to a page, in their order; what has nothing to say is left out."""
    context = PageContext(page=name, tenant=current_tenant.get(), booking_id=booking_id)
    async with tenant_transaction() as tx:
        drawn = [await _drawn(tx, part) for part in active().page_fragments(context)]
    return [piece for piece in drawn if piece is not None]


async def _drawn(tx: Transaction, part: Fragment) -> Markup | None:
    data = await part.data(tx)
    if data is None:
        return None
    template = environment().get_template(part.template)
    return Markup(template.render({"locale": current_locale.get(), **data}))  # noqa: S704 - drawn with autoescape
