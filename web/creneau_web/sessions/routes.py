"""The routes of group sessions, for the application to assemble."""

from typing import Final

from litestar.handlers import HTTPRouteHandler

from creneau_web.sessions import attending, lists, setting

ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    *lists.ROUTES,
    *setting.ROUTES,
    *attending.ROUTES,
)
