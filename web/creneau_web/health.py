"""Whether this process lives, and whether it can serve; answered for any host name."""

from typing import Any

from creneau_infra.health import readiness
from litestar import Response, get

from creneau_web.access import public

PREFIX = "/health/"


@get("/health/live", opt=public(), sync_to_thread=False)
def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@get("/health/ready", opt=public())
async def ready() -> Response[dict[str, Any]]:
    """The servers behind it answer; without PostgreSQL nothing can be served."""
    servers = await readiness()
    usable = servers["postgres"]
    body = {"status": "ok" if usable else "unavailable", "servers": servers}
    return Response(body, status_code=200 if usable else 503)
