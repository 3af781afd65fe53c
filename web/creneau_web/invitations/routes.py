"""The routes of invitations on persons' files, for the application to assemble."""

from typing import Final

from litestar.handlers import HTTPRouteHandler

from creneau_web.invitations import inviting, letters

ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (*inviting.ROUTES, *letters.ROUTES)
