"""In whose name a document speaks: the tenant's logo, name, colours and closing lines (T-04)."""

from base64 import b64encode

import msgspec
from creneau.refusals import NotFound
from creneau_tenants.looks import service as looks

from creneau_web.branding import style_sheet
from creneau_web.visit import visit


class Letterhead(msgspec.Struct, frozen=True, kw_only=True):
    """What stands at the top and at the foot of a page; `logo` is a picture inside its address."""

    name: str
    logo: str
    footer: str
    phone: str
    colours: str


async def letterhead() -> Letterhead:
    """Give the letterhead of the tenant that is asked.

    Raises:
        NotFound: There is no tenant at this address.
    """
    directory = visit().directory
    if directory is None:
        raise NotFound
    look = directory.branding
    return Letterhead(
        name=directory.tenant.name,
        logo=await _logo(look.logo),
        footer=look.footer,
        phone=look.phone,
        colours=style_sheet(look),
    )


async def _logo(digest: str) -> str:
    try:
        picture = await looks.logo(digest) if digest else b""
    except NotFound:
        return ""
    return f"data:image/png;base64,{b64encode(picture).decode()}" if picture else ""
