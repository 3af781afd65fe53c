"""The routes of the persons' pages, for the application to assemble."""

from typing import Final

from litestar.handlers import HTTPRouteHandler

from creneau_web.persons import choosing

ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (choosing.choices,)
