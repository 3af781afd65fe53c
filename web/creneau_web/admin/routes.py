"""The routes of the administration, for the application to assemble: one line a module."""

from typing import Final

from litestar.handlers import HTTPRouteHandler

from creneau_web.admin import addresses, index, look, modules, roles, statements, tokens

ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    index.index_page,
    *look.ROUTES,
    *addresses.ROUTES,
    *modules.ROUTES,
    *statements.ROUTES,
    *roles.ROUTES,
    *tokens.ROUTES,
)
