"""Why somebody finds no time for where they live."""

from creneau.availability.errors import NothingOffered, StepFirst


class AddressFirst(StepFirst):
    """Whose time is offered depends on where one lives, and nobody has said so yet (S-12)."""

    code = "social.address_first"
    sentence = (
        "Les créneaux de ce motif dépendent de l’adresse de la personne : elle l’indique sur le"
        " site avant de les voir."
    )


class OutOfSectors(NothingOffered):
    """No sector holds the address (S-12)."""

    code = "social.out_of_sectors"
    sentence = (
        "Aucune équipe ne prend de rendez-vous en ligne pour cette adresse : %(address)s. Vérifiez"
        " l’adresse, ou appelez-nous."
    )


class OtherSector(NothingOffered):
    """Another organisation looks after the address, and does not offer the motive online (S-12)."""

    code = "social.other_sector"
    sentence = (
        "Cette adresse est suivie par une autre équipe : %(address)s. Vérifiez l’adresse, ou"
        " appelez-nous."
    )
