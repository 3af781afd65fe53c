"""The sentences of the history about settings; each takes `who` and `what` (C-66)."""

from collections.abc import Callable, Mapping
from typing import Final

from creneau.i18n import gettext as _

Words = Mapping[str, str]
SENTENCES: Final[Mapping[str, Callable[[Words], str]]] = {
    "organisation.created": lambda told: _("%(who)s a créé l’organisation %(what)s.", **told),
    "organisation.updated": lambda told: _("%(who)s a modifié l’organisation %(what)s.", **told),
    "organisation.holidays_edited": lambda told: _(
        "%(who)s a modifié les jours fériés de %(what)s.", **told
    ),
    "service.created": lambda told: _("%(who)s a créé le service %(what)s.", **told),
    "service.updated": lambda told: _("%(who)s a modifié le service %(what)s.", **told),
    "service.deleted": lambda told: _("%(who)s a supprimé un service.", **told),
    "place.created": lambda told: _("%(who)s a créé le lieu %(what)s.", **told),
    "place.updated": lambda told: _("%(who)s a modifié le lieu %(what)s.", **told),
    "place.archived": lambda told: _("%(who)s a archivé le lieu %(what)s.", **told),
    "place.restored": lambda told: _("%(who)s a remis en service le lieu %(what)s.", **told),
    "motive.created": lambda told: _("%(who)s a créé le motif %(what)s.", **told),
    "motive.updated": lambda told: _("%(who)s a modifié le motif %(what)s.", **told),
    "motive.duration_changed": lambda told: _(
        "%(who)s a changé la durée du motif %(what)s.", **told
    ),
    "motive.archived": lambda told: _("%(who)s a archivé le motif %(what)s.", **told),
    "motive.restored": lambda told: _("%(who)s a remis en service le motif %(what)s.", **told),
    "motive.question_added": lambda told: _(
        "%(who)s a ajouté une question au motif %(what)s.", **told
    ),
    "motive.question_changed": lambda told: _(
        "%(who)s a modifié une question du motif %(what)s.", **told
    ),
    "motive.question_moved": lambda told: _(
        "%(who)s a déplacé une question du motif %(what)s.", **told
    ),
    "motive.question_archived": lambda told: _(
        "%(who)s a archivé une question du motif %(what)s.", **told
    ),
    "waiting.rule_set": lambda told: _("%(who)s a réglé la liste d’attente de %(what)s.", **told),
    "retention.rule_set": lambda told: _("%(who)s a réglé la durée de conservation.", **told),
    "retention.erased": lambda told: _(
        "%(who)s a effacé ce qui n’avait plus d’activité : %(what)s.", **told
    ),
    "invitation.rule_set": lambda told: _("%(who)s a réglé les invitations.", **told),
    "line.opened": lambda told: _(
        "%(who)s a réglé la file d’attente devant le motif %(what)s.", **told
    ),
    "line.removed": lambda told: _(
        "%(who)s a retiré la file d’attente devant le motif %(what)s.", **told
    ),
    "resource.created": lambda told: _("%(who)s a ajouté la ressource %(what)s.", **told),
    "opening.created": lambda told: _("%(who)s a ouvert des horaires.", **told),
    "opening.edited": lambda told: _("%(who)s a modifié des horaires d’ouverture.", **told),
    "opening.split": lambda told: _("%(who)s a modifié la suite d’horaires d’ouverture.", **told),
    "opening.ended": lambda told: _("%(who)s a mis fin à des horaires d’ouverture.", **told),
    "opening.deleted": lambda told: _("%(who)s a supprimé des horaires d’ouverture.", **told),
    "opening.occurrence_skipped": lambda told: _(
        "%(who)s a supprimé une date d’ouverture.", **told
    ),
    "opening.occurrence_changed": lambda told: _("%(who)s a modifié une date d’ouverture.", **told),
    "opening.occurrence_restored": lambda told: _(
        "%(who)s a rétabli une date d’ouverture.", **told
    ),
    "absence.created": lambda told: _("%(who)s a noté une absence.", **told),
    "absence.edited": lambda told: _("%(who)s a modifié une absence.", **told),
    "absence.followed": lambda told: _(
        "%(who)s a relu les absences d’un agenda extérieur.", **told
    ),
    "absence.split": lambda told: _("%(who)s a modifié la suite d’une absence.", **told),
    "absence.ended": lambda told: _("%(who)s a mis fin à une absence.", **told),
    "absence.deleted": lambda told: _("%(who)s a supprimé une absence.", **told),
    "absence.occurrence_skipped": lambda told: _("%(who)s a supprimé une date d’absence.", **told),
    "absence.occurrence_changed": lambda told: _("%(who)s a modifié une date d’absence.", **told),
    "absence.occurrence_restored": lambda told: _("%(who)s a rétabli une date d’absence.", **told),
    "busy_source.added": lambda told: _("%(who)s a relié un agenda extérieur.", **told),
    "busy_source.removed": lambda told: _("%(who)s a détaché un agenda extérieur.", **told),
    "closure.created": lambda told: _("%(who)s a créé une fermeture.", **told),
    "closure.edited": lambda told: _("%(who)s a modifié une fermeture.", **told),
    "closure.split": lambda told: _("%(who)s a modifié la suite d’une fermeture.", **told),
    "closure.ended": lambda told: _("%(who)s a mis fin à une fermeture.", **told),
    "closure.deleted": lambda told: _("%(who)s a supprimé une fermeture.", **told),
    "closure.occurrence_skipped": lambda told: _(
        "%(who)s a supprimé une date de fermeture.", **told
    ),
    "closure.occurrence_changed": lambda told: _(
        "%(who)s a modifié une date de fermeture.", **told
    ),
    "closure.occurrence_restored": lambda told: _(
        "%(who)s a rétabli une date de fermeture.", **told
    ),
    "role.created": lambda told: _("%(who)s a créé le rôle %(what)s.", **told),
    "role.changed": lambda told: _("%(who)s a modifié le rôle %(what)s.", **told),
    "role.deleted": lambda told: _("%(who)s a supprimé un rôle.", **told),
    "data.imported": lambda told: _("%(who)s a importé des données.", **told),
    "api_token.created": lambda told: _("%(who)s a créé le jeton %(what)s.", **told),
    "api_token.revoked": lambda told: _("%(who)s a mis fin au jeton %(what)s.", **told),
    "sms.settings_updated": lambda told: _("%(who)s a modifié les réglages des SMS.", **told),
    "sms.gateway_updated": lambda told: _("%(who)s a modifié la passerelle des SMS.", **told),
    "sms.switched": lambda told: _("%(who)s a activé ou coupé l’envoi des SMS.", **told),
    "sms.gateway_tested": lambda told: _("%(who)s a essayé la passerelle des SMS.", **told),
    "mail.address_changed": lambda told: _("%(who)s a changé l’adresse de l’expéditeur.", **told),
    "mail.address_asked_again": lambda told: _(
        "%(who)s a redemandé la confirmation de l’adresse de l’expéditeur.", **told
    ),
    "mail.address_confirmed": lambda told: _(
        "%(who)s a confirmé l’adresse de l’expéditeur.", **told
    ),
    "mail.server_changed": lambda told: _("%(who)s a modifié le serveur des e-mails.", **told),
    "mail.server_forgotten": lambda told: _("%(who)s a retiré le serveur des e-mails.", **told),
    "mail.server_tested": lambda told: _("%(who)s a essayé le serveur des e-mails.", **told),
    "mail.switched": lambda told: _("%(who)s a activé ou coupé le serveur des e-mails.", **told),
    "wording.changed": lambda told: _("%(who)s a modifié le texte de messages.", **told),
    "embedding.allowed": lambda told: _(
        "%(who)s a autorisé un site à intégrer la prise de rendez-vous.", **told
    ),
    "embedding.withdrawn": lambda told: _(
        "%(who)s a retiré à un site le droit d’intégrer la prise de rendez-vous.", **told
    ),
    "webhook.created": lambda told: _("%(who)s a créé le webhook %(what)s.", **told),
    "webhook.updated": lambda told: _("%(who)s a modifié le webhook %(what)s.", **told),
    "webhook.paused": lambda told: _("%(who)s a suspendu le webhook %(what)s.", **told),
    "webhook.resumed": lambda told: _("%(who)s a repris le webhook %(what)s.", **told),
    "webhook.secret_changed": lambda told: _(
        "%(who)s a changé le secret du webhook %(what)s.", **told
    ),
    "webhook.removed": lambda told: _("%(who)s a supprimé un webhook.", **told),
    "webhook.tested": lambda told: _("%(who)s a essayé le webhook %(what)s.", **told),
    "webhook.replayed": lambda told: _("%(who)s a renvoyé des envois du webhook %(what)s.", **told),
    "webhook.failing": lambda told: _(
        "Le webhook %(what)s a été coupé : il ne répondait plus.", **told
    ),
    "webhook.gone": lambda told: _(
        "Le webhook %(what)s a été coupé : son adresse n’existe plus.", **told
    ),
    "identity_provider.created": lambda told: _(
        "%(who)s a ajouté un fournisseur d’identité.", **told
    ),
    "identity_provider.updated": lambda told: _(
        "%(who)s a modifié un fournisseur d’identité.", **told
    ),
    "identity_provider.switched": lambda told: _(
        "%(who)s a activé ou coupé un fournisseur d’identité.", **told
    ),
    "identity_provider.deleted": lambda told: _(
        "%(who)s a supprimé un fournisseur d’identité.", **told
    ),
    "identity_provider.tested": lambda told: _(
        "%(who)s a essayé un fournisseur d’identité.", **told
    ),
    "tenant.created": lambda told: _("%(who)s a créé l’espace.", **told),
    "tenant.active": lambda told: _("%(who)s a ouvert l’espace au public.", **told),
    "tenant.onboarding": lambda told: _("%(who)s a remis l’espace en préparation.", **told),
    "tenant.suspended": lambda told: _("%(who)s a suspendu l’espace.", **told),
    "tenant.plugin_switched": lambda told: _("%(who)s a activé ou coupé un module.", **told),
    "tenant.branding_changed": lambda told: _("%(who)s a modifié l’apparence de l’espace.", **told),
    "tenant.language_chosen": lambda told: _("%(who)s a choisi la langue de l’espace.", **told),
    "tenant.accessibility_stated": lambda told: _(
        "%(who)s a modifié la déclaration d’accessibilité.", **told
    ),
    "tenant.address_claimed": lambda told: _(
        "%(who)s a demandé une adresse web pour l’espace.", **told
    ),
    "tenant.address_proven": lambda told: _(
        "%(who)s a prouvé une adresse web de l’espace.", **told
    ),
    "tenant.address_chosen": lambda told: _("%(who)s a choisi l’adresse web principale.", **told),
    "tenant.address_given_up": lambda told: _(
        "%(who)s a rendu une adresse web de l’espace.", **told
    ),
    "tenant.passwords_opened": lambda told: _(
        "%(who)s a rouvert la connexion par mot de passe.", **told
    ),
}
