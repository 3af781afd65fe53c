"""Who must have a second factor: whoever may do more than what stands on an agenda (T-07)."""

from creneau.plugins import installed
from creneau.roles.rules import Rights


def is_required(rights: Rights) -> bool:
    """Tell whether somebody holds any right that is not about agendas."""
    agenda = {one.code for one in installed().permissions() if "service" in one.scopes}
    return not agenda.issuperset(rights.granted)
