"""What a second factor can be refused for."""

from creneau.refusals import Refusal


class FactorWrong(Refusal):
    """The code is another, too old, or was used already."""

    code = "second_factor_wrong"
    status = 422
    sentence = (
        "Ce code n’est pas le bon, ou il a déjà servi. Attendez le code suivant sur votre "
        "téléphone et saisissez ses 6 chiffres."
    )


class RecoveryWrong(Refusal):
    """The recovery code is none of the agent's, or was used already."""

    code = "recovery_code_wrong"
    status = 422
    sentence = "Ce code de secours n’est pas le bon, ou il a déjà servi."


class FactorSetUp(Refusal):
    """There is a second factor already."""

    code = "second_factor_set_up"
    status = 409
    sentence = (
        "La double authentification est déjà en place. Pour changer de téléphone, passez par "
        "votre compte."
    )
