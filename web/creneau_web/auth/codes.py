"""Codes that prove an e-mail address (C-42), for booking and for seeing one's appointments."""

from creneau.i18n import gettext as _
from creneau.refusals import InvalidInput

from creneau_web.auth import service, sessions
from creneau_web.auth.rules import normal_email
from creneau_web.auth.schemas import Session
from creneau_web.throttling import limit
from creneau_web.visit import visit


async def send_code(session: Session, email: str) -> None:
    """Mail a code of six digits, good for 15 minutes and this session; earlier ones end.

    Raises:
        InvalidInput: The address cannot be one; the field is named `email`.
        TooManyRequests: For this address, this visitor, or the whole tenant.
    """
    address = normal_email(email)
    if address is None:
        raise InvalidInput(
            {"email": _("Saisissez une adresse électronique complète, comme nom@exemple.fr.")}
        )
    await limit("send_code", address)
    await service.write_code(session, address, visit().settings.secret_key)


async def check_code(session: Session, email: str, code: str) -> Session:
    """Accept the code that was mailed to an address, and give the session under a new id.

    Raises:
        CodeWrong: It is another code.
        CodeExpired: It is too old, was used, or was tried five times.
        TooManyRequests: Too many codes were tried for this address or by this visitor.
    """
    address = normal_email(email) or ""
    await limit("check_code", address)
    await service.accept_code(session, address, code, visit().settings.secret_key)
    return await sessions.prove_email(session, address)
