"""The draft of a tenant's look, worn by the public pages for whoever prepares it (T-04)."""

from datetime import timedelta
from typing import Final

import msgspec
from creneau_infra.tokens import sign, unsign
from creneau_tenants.looks import service as looks

from creneau_web import cookies
from creneau_web.visit import Visit, visit

COOKIE: Final = "apercu"
LASTING: Final = timedelta(minutes=30)


def begin() -> None:
    """Show this visitor the draft, for half an hour; the caller has asked for the right."""
    here = visit()
    sealed = sign(
        "draft", purpose=_purpose(here), secret_key=here.settings.secret_key, lasting=LASTING
    )
    cookies.put(here, COOKIE, sealed, seconds=int(LASTING.total_seconds()))


def end() -> None:
    """Show the published look again."""
    cookies.drop(visit(), COOKIE)


async def wear() -> None:
    """Dress the request's tenant in its draft, for a visitor who was given to see it."""
    here = visit()
    if here.directory is None or not _is_shown(here):
        return
    draft = await looks.draft()
    if draft is None:
        return
    tenant = msgspec.structs.replace(here.directory.tenant, name=draft.look.name)
    here.directory = msgspec.structs.replace(
        here.directory, tenant=tenant, branding=draft.look.branding
    )
    here.previewing = True


def _is_shown(here: Visit) -> bool:
    sealed = cookies.get(here, COOKIE)
    if not sealed:
        return False
    try:
        unsign(sealed, purpose=_purpose(here), secret_key=here.settings.secret_key)
    except ValueError:
        return False
    return True


def _purpose(here: Visit) -> str:
    return f"preview:{here.host}"
