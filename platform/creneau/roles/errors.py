"""Why a role is not changed."""

from creneau.refusals import Refusal


class RoleBuiltIn(Refusal):
    """One of the three roles that every tenant has."""

    code = "role_built_in"
    status = 409
    sentence = "Ce rôle est le même partout : il ne se modifie pas. Créez-en un à vous."


class RoleHeld(Refusal):
    """Somebody still holds the role."""

    code = "role_held"
    status = 409
    sentence = "Des agents ont encore ce rôle. Donnez-leur-en un autre, puis recommencez."
