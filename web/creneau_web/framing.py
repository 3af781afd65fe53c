"""Which sites may show an answer inside a page of theirs: the booking's frame, its refusals too (C-47).

A browser shows nothing of what it may not frame, so whoever waits in a frame would never read why.
"""

from collections import OrderedDict
from typing import ClassVar, Final

import structlog
from creneau.embedding import service as embedding
from creneau_infra.postgres.errors import DatabaseUnavailableError

from creneau_web.visit import Visit

HOME: Final = "/integration"
MOST_KNOWN: Final = 1_000

log = structlog.stdlib.get_logger("creneau_web")


class Known:
    """The sites that each host allowed when it was last asked, for when the database is away."""

    sites: ClassVar[OrderedDict[str, tuple[str, ...]]] = OrderedDict()


def is_framed(path: str) -> bool:
    """Tell whether a path is one of the frame's own pages."""
    return path == HOME or path.startswith(f"{HOME}/")


async def note(here: Visit) -> None:
    """Note in the visit which sites may show what is answered."""
    allowed = tuple(await embedding.origins())
    here.framed_by = Known.sites[here.host] = allowed
    Known.sites.move_to_end(here.host)
    while len(Known.sites) > MOST_KNOWN:
        Known.sites.popitem(last=False)


async def note_refusal(here: Visit, error: Exception) -> None:
    """Note which sites may show that something is refused; `error` says what went wrong."""
    if not is_framed(here.path) or here.framed_by is not None:
        return
    here.framed_by = Known.sites.get(here.host, ())
    if here.directory is None or isinstance(error, DatabaseUnavailableError):
        return
    try:
        await note(here)
    except Exception as failure:  # noqa: BLE001 - what went wrong first is what is told
        log.warning("framing_not_read", error=type(failure).__name__)
