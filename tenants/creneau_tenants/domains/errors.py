"""Why an address is not served."""

from creneau.refusals import Refusal


class AddressNotProven(Refusal):
    """The name servers do not show the record."""

    code = "address_not_proven"
    status = 409
    sentence = (
        "L’enregistrement n’est pas encore visible. Une modification met de quelques minutes à un"
        " jour : vérifiez-la chez votre hébergeur, puis recommencez."
    )


class NameServersAway(Refusal):
    """The name servers did not answer."""

    code = "name_servers_away"
    status = 503
    sentence = "Le serveur de noms ne répond pas. Recommencez dans quelques minutes."


class AddressTaken(Refusal):
    """Another tenant has proven the address before."""

    code = "address_taken"
    status = 409
    sentence = (
        "Cette adresse sert déjà un autre espace. Retirez-la d’abord de cet espace, ou écrivez à la"
        " plateforme."
    )


class AddressKept(Refusal):
    """The address below the platform's domain cannot be given up."""

    code = "address_kept"
    status = 409
    sentence = "L’adresse donnée par la plateforme ne se retire pas."
