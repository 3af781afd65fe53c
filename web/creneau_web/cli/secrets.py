"""The keys of secrets at rest, from the command line."""

from argparse import Namespace

from creneau.i18n import gettext as _
from creneau_infra.errors import SentenceError
from creneau_infra.sealing import SealBrokenError
from creneau_infra.settings import Settings, variable_of
from creneau_tenants.secrets.service import rotate_all

from creneau_web.cli.servers import connected


def rotate(_chosen: Namespace) -> int:
    """Seal every secret anew under the newest key: the older keys may then be thrown away."""

    async def work(_settings: Settings) -> int:
        return await rotate_all()

    try:
        done = connected(work)
    except SealBrokenError as error:
        variable = variable_of("encryption_keys")
        raise SentenceError(
            f"Un secret est scellé par une clé qui manque : remettez-la à la fin de {variable}.",
            f"A secret is sealed under a key that is missing: put it back at the end of {variable}.",
        ) from error
    print(_("Secrets scellés sous la nouvelle clé : %(number)s.", number=done))
    return 0
