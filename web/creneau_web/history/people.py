"""The sentences of the history about appointments, persons and agents; each takes `who` and `what` (C-66)."""

from collections.abc import Callable, Mapping
from typing import Final

from creneau.i18n import gettext as _

Words = Mapping[str, str]
SENTENCES: Final[Mapping[str, Callable[[Words], str]]] = {
    "booking.held": lambda told: _(
        "%(who)s a choisi l’horaire d’un rendez-vous : %(what)s.", **told
    ),
    "booking.released": lambda told: _(
        "%(who)s a rendu l’horaire choisi pour un rendez-vous : %(what)s.", **told
    ),
    "booking.confirmed": lambda told: _("%(who)s a confirmé un rendez-vous : %(what)s.", **told),
    "booking.moved": lambda told: _("%(who)s a déplacé un rendez-vous : %(what)s.", **told),
    "booking.cancelled": lambda told: _("%(who)s a annulé un rendez-vous : %(what)s.", **told),
    "booking.edited": lambda told: _("%(who)s a modifié un rendez-vous : %(what)s.", **told),
    "booking.deleted": lambda told: _("%(who)s a supprimé un rendez-vous : %(what)s.", **told),
    "booking.to_reschedule": lambda told: _(
        "%(who)s a marqué un rendez-vous à replanifier : %(what)s.", **told
    ),
    "booking.state_set": lambda told: _(
        "%(who)s a changé le statut d’un rendez-vous : %(what)s.", **told
    ),
    "message.resent": lambda told: _(
        "%(who)s a renvoyé un message au sujet d’un rendez-vous : %(what)s.", **told
    ),
    "session.created": lambda told: _("%(who)s a créé une séance collective : %(what)s.", **told),
    "session.changed": lambda told: _(
        "%(who)s a modifié une séance collective : %(what)s.", **told
    ),
    "session.cancelled": lambda told: _(
        "%(who)s a annulé une séance collective : %(what)s.", **told
    ),
    "appointment.forced": lambda told: _(
        "%(who)s a fixé un rendez-vous malgré un chevauchement : %(what)s.", **told
    ),
    "person.created": lambda told: _("%(who)s a créé la fiche de %(what)s.", **told),
    "person.updated": lambda told: _("%(who)s a modifié la fiche de %(what)s.", **told),
    "person.referent_added": lambda told: _("%(who)s a donné un référent à %(what)s.", **told),
    "person.referent_removed": lambda told: _("%(who)s a retiré un référent de %(what)s.", **told),
    "person.referent_left": lambda told: _(
        "%(who)s a retiré un agent qui suivait %(what)s.", **told
    ),
    "person.note_added": lambda told: _("%(who)s a ajouté une note sur %(what)s.", **told),
    "person.note_changed": lambda told: _("%(who)s a modifié une note sur %(what)s.", **told),
    "person.note_removed": lambda told: _("%(who)s a supprimé une note sur %(what)s.", **told),
    "person.merged": lambda told: _("%(who)s a fusionné une autre fiche avec %(what)s.", **told),
    "person.merged_into": lambda told: _("%(who)s a fusionné une fiche avec une autre.", **told),
    "person.told_apart": lambda told: _(
        "%(who)s a distingué %(what)s d’une fiche qui lui ressemble.", **told
    ),
    "person.erased": lambda told: _("%(who)s a effacé les données d’une personne.", **told),
    "person.confidential_set": lambda told: _(
        "%(who)s a rendu un motif confidentiel pour %(what)s.", **told
    ),
    "person.confidential_ended": lambda told: _(
        "%(who)s a mis fin à la confidentialité d’un motif pour %(what)s.", **told
    ),
    "person.preferences_changed": lambda told: _(
        "%(who)s a modifié les messages que reçoit %(what)s.", **told
    ),
    "waiting.joined": lambda told: _("%(who)s a inscrit %(what)s sur la liste d’attente.", **told),
    "waiting.offered": lambda told: _(
        "%(who)s a proposé un horaire plus proche à %(what)s.", **told
    ),
    "waiting.accepted": lambda told: _("%(who)s a accepté un horaire proposé à %(what)s.", **told),
    "waiting.declined": lambda told: _("%(who)s a refusé un horaire proposé à %(what)s.", **told),
    "waiting.expired": lambda told: _(
        "Un horaire proposé à %(what)s est resté sans réponse.", **told
    ),
    "waiting.told_again": lambda told: _(
        "%(who)s a renvoyé un message de la liste d’attente à %(what)s.", **told
    ),
    "waiting.left": lambda told: _("%(who)s a retiré %(what)s de la liste d’attente.", **told),
    "invitation.made": lambda told: _("%(who)s a invité %(what)s à prendre rendez-vous.", **told),
    "invitation.printed": lambda told: _(
        "%(who)s a imprimé la lettre d’invitation de %(what)s.", **told
    ),
    "invitation.opened": lambda told: _("L’invitation de %(what)s a été ouverte.", **told),
    "invitation.reminded": lambda told: _("%(who)s a relancé %(what)s.", **told),
    "invitation.revoked": lambda told: _("%(who)s a annulé l’invitation de %(what)s.", **told),
    "invitation.told_again": lambda told: _("%(who)s a renvoyé son invitation à %(what)s.", **told),
    "list.exported": lambda told: _("%(who)s a exporté la liste %(what)s.", **told),
    "search.saved": lambda told: _("%(who)s a enregistré la recherche %(what)s.", **told),
    "search.changed": lambda told: _("%(who)s a modifié la recherche %(what)s.", **told),
    "search.deleted": lambda told: _("%(who)s a supprimé une recherche enregistrée.", **told),
    "agent.created": lambda told: _("%(who)s a ajouté l’agent %(what)s.", **told),
    "agent.invited": lambda told: _("%(who)s a invité %(what)s à rejoindre l’espace.", **told),
    "agent.joined": lambda told: _("%(who)s a rejoint l’espace.", **told),
    "agent.changed": lambda told: _("%(who)s a modifié l’agent %(what)s.", **told),
    "agent.removed": lambda told: _("%(who)s a retiré l’agent %(what)s.", **told),
    "agent.email_changed": lambda told: _("%(who)s a changé l’adresse e-mail de %(what)s.", **told),
    "agent.password_changed": lambda told: _("%(who)s a changé son mot de passe.", **told),
    "agent.preferences_changed": lambda told: _(
        "%(who)s a modifié les messages que reçoit %(what)s.", **told
    ),
    "agent.session_ended": lambda told: _("%(who)s a fermé une de ses sessions.", **told),
    "agent.other_sessions_ended": lambda told: _(
        "%(who)s a fermé toutes ses autres sessions.", **told
    ),
    "agent.seen_as": lambda told: _("%(who)s a commencé à voir l’espace comme %(what)s.", **told),
    "agent.seen_as_ended": lambda told: _(
        "%(who)s a cessé de voir l’espace comme %(what)s.", **told
    ),
    "agent.factor_set_up": lambda told: _(
        "%(who)s a activé la double authentification de %(what)s.", **told
    ),
    "agent.factor_dropped": lambda told: _(
        "%(who)s a retiré la double authentification de %(what)s.", **told
    ),
    "agent.factor_reset": lambda told: _(
        "%(who)s a remis à zéro la double authentification de %(what)s.", **told
    ),
    "agent.recovery_used": lambda told: _(
        "%(who)s s’est connecté avec un code de secours.", **told
    ),
    "agent.recovery_renewed": lambda told: _("%(who)s a renouvelé ses codes de secours.", **told),
    "agent.identity_linked": lambda told: _(
        "%(who)s a relié %(what)s à un fournisseur d’identité.", **told
    ),
    "agent.identity_unlinked": lambda told: _(
        "%(who)s a détaché %(what)s d’un fournisseur d’identité.", **told
    ),
    "calendar_access.made": lambda told: _("%(who)s a créé une adresse d’agenda.", **told),
    "calendar_access.renewed": lambda told: _("%(who)s a renouvelé une adresse d’agenda.", **told),
    "calendar_access.ended": lambda told: _("%(who)s a coupé une adresse d’agenda.", **told),
}
