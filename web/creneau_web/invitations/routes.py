"""The routes of invitations: their list, and those on persons' files, for the application to assemble."""

from typing import Final

from litestar.handlers import HTTPRouteHandler

from creneau_web.invitations import inviting, letters, listing

ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    *listing.ROUTES,
    *inviting.ROUTES,
    *letters.ROUTES,
)
