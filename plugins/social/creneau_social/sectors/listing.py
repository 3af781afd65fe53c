"""Sectors as a list, and what one of them holds as another (S-12)."""

from collections.abc import Sequence

from creneau.i18n import gettext as _
from creneau_web.ui import lists

from creneau_social.sectors import service
from creneau_social.sectors.schemas import Sector, Zone


async def sectors() -> lists.Listing[Sector]:
    """Arrange the sectors as the address asks for them."""
    return lists.arranged(
        await service.sectors(),
        [
            lists.Column(name="nom", label=_("Nom"), key=lambda one: one.name),
            lists.Column(
                name="zones",
                label=_("Communes et rues"),
                key=lambda one: one.zones,
                number=True,
            ),
            lists.Column(
                name="responsables",
                label=_("Responsables"),
                key=lambda one: one.duties,
                number=True,
            ),
        ],
        words_label=_("Nom"),
        text_of=lambda one: one.name,
        choices=[
            lists.Choice(
                name="responsables",
                label=_("Responsables"),
                options=(("avec", _("Avec un responsable")), ("sans", _("Sans responsable"))),
                value_of=lambda one: "avec" if one.duties else "sans",
            )
        ],
    )


def zones(found: Sequence[Zone]) -> lists.Listing[Zone]:
    """Arrange what a sector holds."""
    return lists.arranged(
        found,
        [
            lists.Column(name="commune", label=_("Commune"), key=lambda one: one.town_name),
            lists.Column(
                name="rue",
                label=_("Rue"),
                key=lambda one: one.street,
                cell=lambda one: one.street or _("toute la commune"),
            ),
            lists.Column(name="numeros", label=_("Numéros"), cell=numbers),
            lists.Column(name="action", label=_("Action")),
        ],
        words_label=_("Commune ou rue"),
        text_of=lambda one: f"{one.town_name} {one.street}",
    )


def numbers(one: Zone) -> str:
    """Say which numbers of a street are meant; empty for a whole town."""
    if not one.street:
        return ""
    said = _("tous")
    if one.first_number or one.last_number:
        last = one.last_number or _("la fin")
        said = _("de %(first)s à %(last)s", first=one.first_number or 1, last=last)
    side = {"even": _("pairs"), "odd": _("impairs"), "both": ""}[one.side]
    return f"{said}, {side}" if side else said
