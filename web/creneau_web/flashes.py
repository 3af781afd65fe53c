"""Short messages for the next page, carried by a signed cookie: no row, no session needed."""

from datetime import timedelta
from typing import Literal

import msgspec
from creneau_infra.tokens import sign, unsign

from creneau_web import cookies
from creneau_web.visit import Visit, visit

COOKIE = "flash"
LONGEST = 400
Kind = Literal["info", "success", "warning", "danger"]
Flashes = tuple[tuple[str, str], ...]


def add(kind: Kind, text: str) -> None:
    """Show a sentence, already translated, on the next page."""
    here = visit()
    waiting = (*_read(here), (kind, text[:LONGEST]))[-3:]
    value = msgspec.json.encode(waiting).decode()
    kept_for = timedelta(minutes=5)
    sealed = sign(
        value, purpose=_purpose(here), secret_key=here.settings.secret_key, lasting=kept_for
    )
    cookies.put(here, COOKIE, sealed, seconds=int(kept_for.total_seconds()))


def take(here: Visit) -> Flashes:
    """Give what waits to be shown, once."""
    waiting = _read(here)
    cookies.drop(here, COOKIE)
    return waiting


def _read(here: Visit) -> Flashes:
    sealed = cookies.get(here, COOKIE)
    try:
        value = unsign(sealed, purpose=_purpose(here), secret_key=here.settings.secret_key)
        return msgspec.json.decode(value, type=Flashes)
    except ValueError:
        return ()


def _purpose(here: Visit) -> str:
    return f"flash:{here.host}"
