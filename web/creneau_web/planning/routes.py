"""The routes of openings and absences, for the application to assemble."""

from typing import Final

from litestar.handlers import HTTPRouteHandler

from creneau_web.planning import absences, dates, deleting, lists, openings

ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    *lists.ROUTES,
    *openings.ROUTES,
    *absences.ROUTES,
    *dates.ROUTES,
    *deleting.ROUTES,
)
