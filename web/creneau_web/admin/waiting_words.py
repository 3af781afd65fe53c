"""A motive's waiting list in a sentence."""

from creneau.i18n import gettext as _
from creneau.motives.schemas import Motive
from creneau.waiting import service as waiting

from creneau_web.admin.spans import in_words


def has_line(motive: Motive) -> bool:
    """Say whether people could wait for a motive at all."""
    return motive.audience == "everyone" and motive.archived_at is None


async def in_short(motive: Motive) -> str:
    """Say a motive's rule in a sentence."""
    rule = await waiting.rule(motive.id)
    if not rule.open:
        return _("Fermée : personne ne s’inscrit, et rien n’est proposé.")
    return _(
        "Ouverte : un créneau qui se libère est proposé dans l’ordre des demandes, et réservé %(span)s.",
        span=in_words(rule.offer_minutes),
    )
