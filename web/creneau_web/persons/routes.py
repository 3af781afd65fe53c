"""The routes of the persons' pages, for the application to assemble."""

from typing import Final

from litestar.handlers import HTTPRouteHandler

from creneau_web.persons import (
    choosing,
    confidential,
    erasing,
    file,
    form,
    listing,
    merging,
    noting,
)

ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    choosing.choices,
    choosing.suggestions,
    *listing.ROUTES,
    *form.ROUTES,
    *file.ROUTES,
    *confidential.ROUTES,
    *noting.ROUTES,
    *erasing.ROUTES,
    *merging.ROUTES,
)
