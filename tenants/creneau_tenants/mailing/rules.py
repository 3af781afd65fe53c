"""What a mail server of a tenant's own may be, and how long its trouble is borne."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, get_args

import msgspec
from creneau.i18n import gettext as _
from creneau.validation import Checked
from creneau_infra.mail.errors import Trouble

from creneau_tenants.mailing.schemas import MailState, Security, ServerSettings

PATIENCE: Final = timedelta(minutes=2)
"""How long a server may be in trouble before mails leave by the platform's: codes live ten minutes."""

LOOKED_AFTER: Final = timedelta(minutes=5)
"""How often a server in trouble is tried again meanwhile."""

TIME_TO_CONFIRM: Final = timedelta(days=7)
LONGEST_SECRET: Final = 500
HIGHEST_PORT: Final = 65535
HOST: Final = re.compile(
    r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
)


def checked_server(settings: ServerSettings, *, has_password: bool) -> ServerSettings:
    """Clean what was typed about a server.

    Raises:
        InvalidInput: A field cannot be used.
    """
    check = Checked()
    host = check.line("host", settings.host.lower(), longest=253)
    if not HOST.fullmatch(host):
        check.refuse("host", _("Écrivez le nom du serveur, comme smtp.votre-ville.fr."))
    check.between("port", settings.port, 1, HIGHEST_PORT)
    check.choice("security", settings.security, get_args(Security))
    username = check.line("username", settings.username)
    if bool(username) != has_password:
        check.refuse(
            "password" if username else "username",
            _("L’identifiant et le mot de passe vont ensemble."),
        )
    if has_password and settings.security == "opportunistic":
        check.refuse("security", _("Avec un mot de passe, choisissez TLS ou STARTTLS obligatoire."))
    check.refuse_if_wrong()
    return msgspec.structs.replace(settings, host=host, username=username)


def checked_password(text: str) -> str:
    """Clean a password.

    Raises:
        InvalidInput: It cannot be one.
    """
    check = Checked()
    if len(text) > LONGEST_SECRET or not text.isprintable():
        check.refuse("password", _("Ce mot de passe ne convient pas : recopiez-le sur une ligne."))
    check.refuse_if_wrong()
    return text


def checked_address(text: str) -> str:
    """Clean a sender address; empty is none.

    Raises:
        InvalidInput: It is not an address.
    """
    check = Checked()
    address = check.email("address", text)
    check.refuse_if_wrong()
    return address


def same_connection(before: MailState, after: ServerSettings) -> bool:
    """Tell whether a change leaves the way to the server as it was tested."""
    return before.server == after


def uses_own(state: MailState) -> bool:
    """Tell whether mails leave by the tenant's own server, under its own address."""
    return state.enabled and state.server is not None and state.confirmed_at is not None


def rests(state: MailState, now: datetime) -> bool:
    """Tell whether a server in trouble is left alone for now, and the platform's takes its place."""
    since, tried = state.trouble_since, state.tried_at
    return (
        since is not None
        and tried is not None
        and now - since >= PATIENCE
        and now - tried < LOOKED_AFTER
    )


def reasons() -> Mapping[Trouble, str]:
    """Say each trouble of a server in the current language, with what to do."""
    return {
        "unreachable": _("Il ne répond pas : vérifiez son nom et son port."),
        "private": _("Son nom mène dans un réseau privé : il n’est pas appelé."),
        "certificate": _("Son certificat n’est pas valable pour ce nom."),
        "encryption": _("Il ne propose pas ce chiffrement : choisissez l’autre, ou un autre port."),
        "sign_in": _("Il refuse l’identifiant ou le mot de passe."),
        "sender": _("Il refuse l’adresse de l’expéditeur."),
        "busy": _("Il répond qu’il n’accepte rien pour l’instant."),
    }
