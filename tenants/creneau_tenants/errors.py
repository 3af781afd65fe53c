"""What creating a tenant can be refused for."""

from creneau.i18n import gettext as _
from creneau.refusals import InvalidInput


class AddressTaken(InvalidInput):
    """Somebody has the address, or takes it at this very moment: the database decides (T-01)."""

    def __init__(self) -> None:
        """Say so beside the address."""
        super().__init__({"slug": _("Cette adresse est déjà prise. Choisissez-en une autre.")})
