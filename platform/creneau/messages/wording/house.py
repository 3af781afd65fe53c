"""What messages say where nobody has written anything else, in the current language (C-80)."""

from creneau.i18n import gettext as _
from creneau.messages.wording.schemas import MessageName, Wording


def house(
    message: MessageName, *, way: str = "", call: bool = False, other: bool = False
) -> Wording:
    """Give the house's texts; `way` says in an SMS what its link is good for, empty for no link.

    `call`: there is a telephone to call. `other`: the reader is not who is received, but answers
    for them or booked for them.
    """
    introduction = (_of_another(message) if other else "") or _introduction(message)
    return Wording(
        subject=_subject(message),
        introduction=f"{_('Bonjour {destinataire},')}\n\n{introduction}",
        ending=_ending(message),
        sms=_sms_with(message, way, call=call, other=other),
    )


def _subject(message: MessageName) -> str:
    return {
        "confirmed": _("Rendez-vous confirmé : {date} à {heure}"),
        "moved": _("Rendez-vous déplacé : {date} à {heure}"),
        "excused": _("Rendez-vous annulé : {date} à {heure}"),
        "cancelled": _("Rendez-vous annulé : {date} à {heure}"),
        "to_reschedule": _("Rendez-vous à replanifier : {date} à {heure}"),
        "reminder": _("Rappel : rendez-vous {date} à {heure}"),
        "offered": _("Un créneau s’est libéré : {date} à {heure}"),
    }[message]


def _introduction(message: MessageName) -> str:
    return {
        "confirmed": _("Nous vous attendons. Voici l’essentiel."),
        "moved": _("La date ci-dessous remplace la précédente."),
        "excused": _("L’annulation est enregistrée : vous n’avez plus rien à faire."),
        "cancelled": _(
            "Nous avons dû annuler ce rendez-vous. Nous vous prions de nous en excuser."
        ),
        "to_reschedule": _(
            "Nous ne pourrons pas vous recevoir à la date ci-dessous. "
            "Nous vous prions de nous en excuser."
        ),
        "reminder": _("Nous vous attendons. Voici l’essentiel."),
        "offered": _(
            "Nous vous réservons ce créneau jusqu’au {limite}. Sans réponse de votre part, "
            "il sera ensuite proposé à la personne suivante."
        ),
    }[message]


def _of_another(message: MessageName) -> str:
    """Say it of somebody else, where it would be said to who is received."""
    expected = _("Nous attendons {personne}. Voici l’essentiel.")
    found: dict[MessageName, str] = {
        "confirmed": expected,
        "reminder": expected,
        "to_reschedule": _(
            "Nous ne pourrons pas recevoir {personne} à la date ci-dessous. "
            "Nous vous prions de nous en excuser."
        ),
    }
    return found.get(message, "")


def _ending(message: MessageName) -> str:
    if message != "offered":
        return ""
    return _(
        "Rien ne change avant votre confirmation. La même page permet de quitter la liste d’attente."
    )


def _sms_with(message: MessageName, way: str, *, call: bool, other: bool) -> str:
    told = _sms(message, call=call, other=other)
    if other:
        told = told.replace("{motif}", _("{motif} pour {personne}"), 1)
    return f"{told} {way} {{lien}}" if way else told


def _sms(message: MessageName, *, call: bool, other: bool) -> str:
    lost = _("{espace} : nous ne pourrons pas vous recevoir {date_courte} à {heure}, {motif}.")
    free = _(
        "{espace} : un RDV se libère {date_courte} à {heure}, {motif}, {lieu}. "
        "Il vous est réservé jusqu’au {limite_courte}."
    )
    if other:
        lost = _("{espace} : RDV impossible {date_courte} à {heure}, {motif}.")
    return {
        "confirmed": _("{espace} : RDV confirmé {date_courte} à {heure}, {motif}, {lieu}."),
        "moved": _("{espace} : RDV déplacé, {motif}, désormais {date_courte} à {heure}, {lieu}."),
        "excused": _("{espace} : RDV annulé, {motif}, {date_courte} à {heure}."),
        "cancelled": _("{espace} : RDV annulé, {motif}, {date_courte} à {heure}."),
        "to_reschedule": f"{lost} {_('Appelez le {telephone}.')}" if call else lost,
        "reminder": _("{espace} : rappel de votre RDV {date_courte} à {heure}, {motif}, {lieu}."),
        "offered": f"{free} {_('Répondre :')} {{lien}}",
    }[message]
