"""What an address of one's own may be (T-05)."""

import re
from typing import Final

import idna
from creneau.i18n import gettext as _
from creneau.validation import Checked

LONGEST: Final = 200
HOST: Final = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


def checked_host(typed: str, base_domain: str) -> str:
    """Give the host that somebody means who types `https://rdv.ville.fr/`, in ASCII.

    Raises:
        InvalidInput: It is no name of the public domain name system, or one of the platform's own.
    """
    check = Checked()
    host = _host_of(typed)
    if not host:
        check.refuse("host", _("Écrivez l’adresse, comme rendez-vous.votre-ville.fr."))
    elif len(host) > LONGEST or not HOST.fullmatch(host):
        check.refuse(
            "host",
            _("Écrivez une adresse complète, sans espace, comme rendez-vous.votre-ville.fr."),
        )
    elif host == base_domain or host.endswith(f".{base_domain}"):
        check.refuse("host", _("Cette adresse appartient à la plateforme. Écrivez une des vôtres."))
    check.refuse_if_wrong()
    return host


def _host_of(typed: str) -> str:
    address = typed.strip().partition("://")[2] or typed.strip()
    name = re.split(r"[/?#]", address, maxsplit=1)[0].partition(":")[0].rstrip(".")
    try:
        return idna.encode(name, uts46=True).decode("ascii") if name else ""
    except idna.IDNAError:
        return name.lower()
