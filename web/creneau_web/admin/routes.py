"""The routes of the administration, for the application to assemble: one line a module."""

from typing import Final

from litestar.handlers import HTTPRouteHandler

from creneau_web.admin import index

ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (index.index_page,)
