"""What messages say where nobody has written anything else, in the current language (C-80)."""

from creneau.i18n import gettext as _
from creneau.messages.wording.schemas import WITHOUT_SMS, MessageName, Wording


def house(message: MessageName, *, way: str = "", call: bool = False) -> Wording:
    """Give the house's texts; `way` says in an SMS what its link is good for, empty for no link.

    `call`: there is a telephone to call.
    """
    return Wording(
        subject=_subject(message),
        introduction=f"{_('Bonjour {destinataire},')}\n\n{_introduction(message)}",
        ending=_ending(message),
        sms=_sms_with(message, way, call=call),
    )


def _subject(message: MessageName) -> str:
    return {
        "confirmed": _("Rendez-vous confirmé : {date} à {heure}"),
        "moved": _("Rendez-vous déplacé : {date} à {heure}"),
        "excused": _("Rendez-vous annulé : {date} à {heure}"),
        "cancelled": _("Rendez-vous annulé : {date} à {heure}"),
        "to_reschedule": _("Rendez-vous à replanifier : {date} à {heure}"),
        "reminder": _("Rappel : rendez-vous {date} à {heure}"),
        "offered": _("Un créneau s’est libéré : {date} à {heure}"),
    }[message]


def _introduction(message: MessageName) -> str:
    return {
        "confirmed": _("Nous vous attendons. Voici l’essentiel."),
        "moved": _("La date ci-dessous remplace la précédente."),
        "excused": _("L’annulation est enregistrée : vous n’avez plus rien à faire."),
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


def _ending(message: MessageName) -> str:
    if message != "offered":
        return ""
    return _(
        "Rien ne change avant votre confirmation. La même page permet de quitter la liste d’attente."
    )


def _sms_with(message: MessageName, way: str, *, call: bool) -> str:
    if message in WITHOUT_SMS:
        return ""
    told = _sms(message, call=call)
    return f"{told} {way} {{lien}}" if way else told


def _sms(message: MessageName, *, call: bool) -> str:
    lost = _("{espace} : nous ne pourrons pas vous recevoir {date_courte} à {heure}, {motif}.")
    return {
        "confirmed": _("{espace} : RDV confirmé {date_courte} à {heure}, {motif}, {lieu}."),
        "moved": _("{espace} : RDV déplacé, {motif}, désormais {date_courte} à {heure}, {lieu}."),
        "excused": _("{espace} : RDV annulé, {motif}, {date_courte} à {heure}."),
        "cancelled": _("{espace} : RDV annulé, {motif}, {date_courte} à {heure}."),
        "to_reschedule": f"{lost} {_('Appelez le {telephone}.')}" if call else lost,
        "reminder": _("{espace} : rappel de votre RDV {date_courte} à {heure}, {motif}, {lieu}."),
        "offered": "",
    }[message]
