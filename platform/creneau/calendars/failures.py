"""What is wrong with a calendar elsewhere, in words and with what to do."""

from creneau.i18n import gettext as _


def said(code: str) -> str:
    """Say what a code means, in the current language."""
    sentences = {
        "refused": _(
            "Cette adresse mène dans un réseau privé, ou n’est pas en https. Collez celle que votre agenda donne pour le partager."
        ),
        "unreachable": _("Le serveur de cet agenda ne répond pas, ou trop lentement."),
        "too_large": _(
            "Cet agenda est trop volumineux : 5 Mo au plus. Partagez-en un plus petit, ou sans les années passées."
        ),
        "moved": _(
            "Cette adresse renvoie vers une autre. Retirez cet agenda, puis ajoutez-le avec sa nouvelle adresse."
        ),
        "forbidden": _(
            "Le serveur refuse de donner cet agenda. Vérifiez qu’il est encore partagé par une adresse privée."
        ),
        "gone": _(
            "Il n’y a plus d’agenda à cette adresse. Retirez-le, puis ajoutez-le avec sa nouvelle adresse."
        ),
        "troubled": _("Le serveur de cet agenda a répondu par une erreur."),
        "not_a_calendar": _(
            "Ce qui est à cette adresse n’est pas un agenda. Collez l’adresse au format iCal, qui finit souvent par .ics."
        ),
        "too_many": _("Cet agenda contient trop d’événements. Partagez-en un plus petit."),
        "bad_event": _(
            "Un événement de cet agenda n’est pas écrit comme il faut : rien n’est lu, pour ne rien oublier."
        ),
        "sealed": _(
            "L’adresse de cet agenda ne peut plus être lue chez nous. Retirez cet agenda, puis ajoutez-le de nouveau."
        ),
        "too_often": _("Un événement de cet agenda se répète à chaque minute : il n’est pas lu."),
    }
    return sentences.get(code, _("Cet agenda n’a pas pu être lu en un temps raisonnable."))
