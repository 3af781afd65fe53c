"""The routes of the administration, for the application to assemble: one line a module."""

from typing import Final

from litestar.handlers import HTTPRouteHandler

from creneau_web.admin import (
    addresses,
    agents,
    agents_leaving,
    closures,
    first_steps,
    holidays,
    imports,
    index,
    look,
    modules,
    motive_questions,
    motives,
    organisations,
    places,
    roles,
    services,
    sign_on,
    sms,
    sms_gateway,
    statements,
    tokens,
    webhook_deliveries,
    webhooks,
    wordings,
)

ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    index.index_page,
    *first_steps.ROUTES,
    *organisations.ROUTES,
    *services.ROUTES,
    *places.ROUTES,
    *closures.ROUTES,
    *holidays.ROUTES,
    *motives.ROUTES,
    *motive_questions.ROUTES,
    *look.ROUTES,
    *addresses.ROUTES,
    *modules.ROUTES,
    *statements.ROUTES,
    *agents.ROUTES,
    *agents_leaving.ROUTES,
    *roles.ROUTES,
    *sign_on.ROUTES,
    *sms.ROUTES,
    *sms_gateway.ROUTES,
    *tokens.ROUTES,
    *webhooks.ROUTES,
    *webhook_deliveries.ROUTES,
    *imports.ROUTES,
    *wordings.ROUTES,
)
