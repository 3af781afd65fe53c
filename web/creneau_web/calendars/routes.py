"""The routes of calendars, for the application to assemble."""

from typing import Any, Final

from litestar import Router

from creneau_web.calendars import agents, feeds, persons
from creneau_web.calendars.caldav import app as caldav
from creneau_web.public.refusals import Elsewhere
from creneau_web.public.routes import go_elsewhere

ROUTES: Final[tuple[Any, ...]] = (
    feeds.feed,
    *agents.ROUTES,
    Router("/", route_handlers=[*persons.ROUTES], exception_handlers={Elsewhere: go_elsewhere}),
    *caldav.ROUTES,
)
