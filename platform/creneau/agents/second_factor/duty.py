"""Who must have a second factor: whoever may do more than an agent's everyday work (T-07)."""

from creneau.plugins import installed
from creneau.roles.rules import Rights


def is_required(rights: Rights) -> bool:
    """Tell whether somebody holds any right that is not about agendas, nor every agent's."""
    everyday = {
        one.code
        for one in installed().permissions()
        if "service" in one.scopes or "agent" in one.grants
    }
    return not everyday.issuperset(rights.granted)
