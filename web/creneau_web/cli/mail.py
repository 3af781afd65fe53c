"""`creneau mail bounce`: what mail servers send back, as they pipe it into a program."""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence

from creneau.i18n import gettext as _
from creneau.messages.receipts.rules import bounced_because
from creneau.messages.receipts.service import note_bounce
from creneau_infra.errors import SentenceError
from creneau_infra.mail.bounces import LONGEST, Returned, ReturnPath, read_notice
from creneau_infra.postgres.errors import DatabaseUnavailableError
from creneau_infra.settings import Settings
from creneau_tenants.service import tenant_ids

from creneau_web.cli.servers import connected


def describe(add: Callable[[str, Callable[[Namespace], int], str], ArgumentParser]) -> None:
    """Say what the command takes; `add` makes it."""
    bounce = add("bounce", take, _("lire sur l’entrée standard un message qui revient"))
    bounce.add_argument(
        "--recipient", default="", help=_("l’adresse à laquelle il revient, si le serveur la donne")
    )


def take(chosen: Namespace) -> int:
    """Read a notice from standard input; whatever it is, a mail server is answered that it is done.

    Where the database is away the exit code is 75, after which mail servers try again.
    """
    content = sys.stdin.buffer.read(LONGEST)
    try:
        noted = connected(lambda settings: noted_bounce(settings, content, chosen.recipient))
    except (DatabaseUnavailableError, SentenceError, OSError):
        print(_("La base de données ne répond pas : à présenter de nouveau."), file=sys.stderr)
        return os.EX_TEMPFAIL
    print(_("Envoi marqué comme revenu.") if noted else _("Rien à marquer."))
    return 0


async def noted_bounce(settings: Settings, content: bytes, recipient: str = "") -> bool:
    """Mark the message that came back, and tell whether there was one to mark.

    Forged, unrelated and late notices change nothing, nor does one about what never left.
    """
    notice = read_notice(content)
    if notice is None or settings.bounce_domain is None:
        return False
    path = ReturnPath(settings.bounce_domain, settings.secret_key)
    returned = _returned(path, [recipient, *notice.addresses])
    if returned is None:
        return False
    reason = bounced_because(notice.reply)
    for tenant_id in await tenant_ids():
        if returned.is_of(tenant_id) and await note_bounce(tenant_id, returned.message_id, reason):
            return True
    return False


def _returned(path: ReturnPath, addresses: Sequence[str]) -> Returned | None:
    found = (path.read(address) for address in addresses)
    return next((one for one in found if one is not None), None)
