"""The one place that assembles: layers, routes, templates, what starts and stops with them."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import creneau
import creneau_tenants
from creneau.i18n import add_catalogue, read_catalogues, say_with
from creneau.plugins import installed
from creneau.wording import own_words
from creneau_infra import outgoing, sealing
from creneau_infra.outbox.bell import RINGS
from creneau_infra.postgres.engine import DB
from creneau_infra.redis import client as redis
from creneau_infra.settings import Settings
from creneau_infra.sms import phone
from creneau_tenants import addresses
from litestar import Litestar, Router
from litestar.plugins.htmx import HTMXPlugin
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.routes import ASGIRoute, HTTPRoute
from litestar.template import TemplateConfig

from creneau_web import (
    access,
    branding,
    entries,
    errors,
    health,
    openness,
    quota,
    repeats,
    security,
    static_files,
    tenancy,
    turned_away,
)
from creneau_web.admin.routes import ROUTES as ADMIN
from creneau_web.api import rush
from creneau_web.api.routes import ROUTES as API
from creneau_web.auth.routes import ROUTES as AUTH
from creneau_web.auth.sso.routes import PLATFORM_ROUTES as CALLBACK
from creneau_web.auth.sso.routes import ROUTES as SIGN_ON
from creneau_web.backoffice.routes import ROUTES as BACKOFFICE
from creneau_web.bodies import Body
from creneau_web.calendars.routes import ROUTES as CALENDARS
from creneau_web.documents import printing
from creneau_web.invitations.routes import ROUTES as INVITATIONS
from creneau_web.lists.searches import ROUTES as SEARCHES
from creneau_web.operator.routes import platform_routes, style_routes
from creneau_web.persons.routes import ROUTES as PERSONS
from creneau_web.planning.routes import ROUTES as PLANNING
from creneau_web.public.routes import ROUTES as PUBLIC
from creneau_web.rendering import environment
from creneau_web.sessions.routes import ROUTES as SESSIONS
from creneau_web.static_files import static_router
from creneau_web.visit import Visit, visit

LARGEST_BODY = 1_000_000
Routes = Sequence[Any]


class Application:
    """The ASGI application: one set of routes for tenants, one for the platform's own address."""

    def __init__(self, settings: Settings, tenant_app: Litestar, platform_app: Litestar) -> None:
        """Put the layers around the two sets of routes."""
        self.settings = settings
        self.tenant_app = tenant_app
        self.platform_app = platform_app
        self._http = security.Security(self._dispatch, settings)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, or start and stop."""
        if scope["type"] == "http":
            if await rush.answered(scope, send, self.settings):
                return
            if not await turned_away.answered(scope, send, self.settings):
                await self._http(scope, receive, send)
        else:
            await self.tenant_app(scope, receive, send)

    async def _dispatch(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["path"].startswith(health.PREFIX):
            await self.platform_app(scope, receive, send)
            return
        here = visit()
        if errors.is_for_programs(here.path):
            # Before the tenant is looked up: a crowd before one address waits before that, too.
            await quota.in_turn(partial(self._answer, here), scope, receive, send)
        else:
            await self._answer(here, scope, receive, send)

    async def _answer(self, here: Visit, scope: Any, receive: Any, send: Any) -> None:
        if entries.believe(here, scope["method"]):
            body = Body(receive)
            await body.read()
            receive = body.receive
            if body.is_whole:
                await self._answer_for(here, scope, receive, entries.OnceProven(here, send))
            if not here.believed:
                return
            entries.forget(here)
            body.rewind()
        await self._look_up(here, scope)
        await self._answer_for(here, scope, receive, send)

    async def _look_up(self, here: Visit, scope: Any) -> None:
        try:
            await tenancy.find_tenant(here)
        except tenancy.TenantUnknown:
            # The page that says so is dressed like all others.
            if not here.path.startswith(static_files.PREFIX):
                raise
        entries.remember(here, scope["method"])

    async def _answer_for(self, here: Visit, scope: Any, receive: Any, send: Any) -> None:
        tenancy.choose_locale(here, _header(scope, b"accept-language"))
        app = self.tenant_app if here.directory else self.platform_app
        with tenancy.acting(here):
            await openness.require_open(here, scope)
            await repeats.answer_once(app, scope, receive, send)


def _header(scope: Any, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def create_app(settings: Settings) -> Application:
    """Assemble the application; its lifespan opens and closes the connections.

    Raises:
        ValueError: A route does not say who may call it.
    """
    register_texts()
    read_catalogues()
    addresses.configure(settings)
    sealing.configure(settings)
    outgoing.configure(settings)
    phone.configure(settings)
    areas = [
        *PUBLIC,
        *AUTH,
        *SIGN_ON,
        *BACKOFFICE,
        *PERSONS,
        *INVITATIONS,
        *PLANNING,
        *SEARCHES,
        *SESSIONS,
        *ADMIN,
        *API,
        *CALENDARS,
        *plugin_routes(),
        branding.branding_css,
    ]
    platform = [*platform_routes(settings), *CALLBACK, health.live, health.ready]
    style = style_routes(settings)
    return Application(
        settings,
        assembled([*areas, *style], [lambda _app: connections(settings)]),
        assembled([*platform, *style]),
    )


def assembled(routes: Routes, lifespan: Sequence[Any] = ()) -> Litestar:
    """Put routes together with what all of them share.

    Raises:
        ValueError: A route does not say who may call it.
    """
    app = Litestar(
        [*routes, static_router()],
        guards=[access.admit],
        after_exception=[errors.look_around],
        exception_handlers={Exception: errors.answer},
        template_config=TemplateConfig(
            instance=JinjaTemplateEngine.from_environment(environment())
        ),
        # Registered first: it overwrites the types that signatures may name.
        plugins=[HTMXPlugin()],
        openapi_config=None,
        logging_config=None,
        request_max_body_size=LARGEST_BODY,
        lifespan=list(lifespan),
    )
    _require_classified(app)
    return app


def plugin_routes() -> list[Router]:
    """Give each plugin's routes, marked with whose they are: they answer 404 where it is off."""
    return [
        Router("/", route_handlers=list(handlers), opt={"plugin": name})
        for name, handlers in installed().routers().items()
    ]


def _require_classified(app: Litestar) -> None:
    missing = [
        f"{sorted(handler.http_methods)} {route.path}"
        for route, handler in handlers_of(app)
        if not isinstance(handler.opt.get("access"), access.Access)
    ]
    missing += [
        route.path
        for route in mounted_in(app)
        if not isinstance(route.route_handler.opt.get("access"), access.Access)
    ]
    if missing:
        raise ValueError(f"these routes do not say who may call them: {', '.join(missing)}")


def handlers_of(app: Litestar) -> Iterable[tuple[HTTPRoute, Any]]:
    """List every handler with its route; the answers to OPTIONS that Litestar adds are left out."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                if handler.http_methods != {"OPTIONS"}:
                    yield route, handler


def mounted_in(app: Litestar) -> list[ASGIRoute]:
    """List what answers whole addresses by itself; `doors` in its options names its ways in."""
    return [route for route in app.routes if isinstance(route, ASGIRoute)]


def register_texts() -> None:
    """Register the English texts of every package and plugin."""
    for module in (creneau, creneau_tenants):
        add_catalogue(Path(str(module.__file__)).parent / "locale")
    add_catalogue(Path(__file__).parent / "locale")
    say_with(own_words)
    for folder in installed().translations():
        add_catalogue(folder)


@asynccontextmanager
async def connections(settings: Settings) -> AsyncGenerator[None, None]:
    """Connect to PostgreSQL and Redis for as long as the application runs.

    A pool or client that the process already has stays in use, and stays open afterwards.
    """
    own_pool = DB.pool is None and settings.postgres_app_url is not None
    own_redis = redis.client() is None and settings.redis_url is not None
    if own_pool and settings.postgres_app_url:
        await DB.start_pool(settings.postgres_app_url, size=settings.pool_size)
    if own_redis:
        await redis.connect(settings.redis_url)
    try:
        yield
    finally:
        await printing.close()
        await RINGS.told()
        if own_redis:
            await redis.disconnect()
        if own_pool:
            await DB.stop_pool()
