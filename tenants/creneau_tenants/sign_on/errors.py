"""Why a sign-on does not go on: each has a stable code, and a sentence that says what to do."""

from creneau.refusals import Refusal


class SignOnRefused(Refusal):
    """Whatever stops a sign-on; `provider` is the label on its button."""

    code = "sign_on.refused"
    sentence = "La connexion par « %(provider)s » n’a pas abouti. Recommencez."


class ProviderUnreachable(SignOnRefused):
    """The provider is down, slow, or answers something else than OpenID Connect."""

    code = "sign_on.unreachable"
    status = 424
    sentence = "« %(provider)s » ne répond pas comme attendu. Réessayez dans quelques minutes, ou connectez-vous autrement."


class AddressNotAllowed(SignOnRefused):
    """The provider's address leads into a private network."""

    code = "sign_on.address_not_allowed"
    sentence = "L’adresse de « %(provider)s » n’est pas acceptée : elle doit commencer par https:// et se trouver sur internet."


class SecretLost(SignOnRefused):
    """The client secret is sealed under a key that the settings no longer name."""

    code = "sign_on.secret_lost"
    status = 424
    sentence = "Le secret de « %(provider)s » ne peut plus être lu. La personne qui administre votre espace doit le saisir à nouveau."


class WrongIssuer(SignOnRefused):
    """The provider, or a token, names another issuer than the settings."""

    code = "sign_on.wrong_issuer"
    sentence = "« %(provider)s » se présente sous un autre nom d’émetteur que celui qui est réglé. Prévenez la personne qui administre votre espace."


class CodeRefused(SignOnRefused):
    """The provider does not take its code back, or not our client."""

    code = "sign_on.code_refused"
    sentence = "« %(provider)s » a refusé de terminer la connexion. Recommencez ; si cela continue, prévenez la personne qui administre votre espace."


class SignatureRefused(SignOnRefused):
    """A token is not signed by the provider's keys, or by none of the allowed algorithms."""

    code = "sign_on.signature"
    sentence = "La réponse de « %(provider)s » ne porte pas de signature valable. Recommencez ; si cela continue, prévenez la personne qui administre votre espace."


class WrongAudience(SignOnRefused):
    """A token was made for somebody else."""

    code = "sign_on.wrong_audience"
    sentence = "La réponse de « %(provider)s » est destinée à un autre service. Prévenez la personne qui administre votre espace."


class WrongNonce(SignOnRefused):
    """A token belongs to another sign-on."""

    code = "sign_on.wrong_nonce"
    sentence = "La réponse de « %(provider)s » ne correspond pas à cette connexion. Recommencez."


class TokenExpired(SignOnRefused):
    """A token is too old, or from the future."""

    code = "sign_on.expired"
    sentence = "La réponse de « %(provider)s » n’est plus valable. Recommencez."


class LevelTooLow(SignOnRefused):
    """The provider did not check as thoroughly as was asked (acr)."""

    code = "sign_on.level"
    sentence = "« %(provider)s » n’a pas vérifié l’identité au niveau demandé. Recommencez en choisissant un autre compte."


class AnswerIncomplete(SignOnRefused):
    """Something that we need of an identity is missing."""

    code = "sign_on.incomplete"
    sentence = "« %(provider)s » n’a pas transmis ce qu’il faut pour vous reconnaître. Prévenez la personne qui administre votre espace."


class Declined(SignOnRefused):
    """The visitor said no at the provider, or it let them down."""

    code = "sign_on.declined"
    sentence = "La connexion par « %(provider)s » a été abandonnée. Recommencez, ou connectez-vous autrement."


class FlowUnknown(SignOnRefused):
    """A state that is not ours, was used, or belongs to another browser."""

    code = "sign_on.unknown"
    status = 403
    sentence = "Cette connexion n’a pas commencé dans ce navigateur, ou elle a déjà servi. Recommencez depuis la page de connexion."


class FlowExpired(SignOnRefused):
    """The way to the provider and back took too long."""

    code = "sign_on.too_late"
    sentence = "Cette connexion a duré trop longtemps. Recommencez depuis la page de connexion."


class AgentUnknown(SignOnRefused):
    """Nobody here is linked to the identity, and nobody is to be created."""

    code = "sign_on.agent_unknown"
    status = 403
    sentence = "Aucun compte d’agent n’est relié à cette identité de « %(provider)s ». Demandez une invitation à la personne qui administre votre espace."


class NotAdmitted(SignOnRefused):
    """The identity does not meet the condition for creating an agent."""

    code = "sign_on.not_admitted"
    status = 403
    sentence = "Cette identité de « %(provider)s » ne fait pas partie de celles que votre espace admet. Demandez une invitation à la personne qui l’administre."


class EmailKnown(SignOnRefused):
    """An agent has this address already; an address alone links nobody."""

    code = "sign_on.email_known"
    status = 403
    sentence = "Un compte d’agent a déjà cette adresse e-mail. Connectez-vous d’abord à ce compte, puis reliez-le à « %(provider)s » depuis la page « Identités reliées »."


class IdentityTaken(SignOnRefused):
    """The identity belongs to another agent, or the agent has another one there."""

    code = "sign_on.identity_taken"
    sentence = "Cette identité de « %(provider)s » est déjà reliée à un autre compte, ou votre compte l’est à une autre identité."


class OnlyWayIn(SignOnRefused):
    """Without this identity the agent could not come in any more."""

    code = "sign_on.only_way_in"
    status = 409
    sentence = "C’est votre seul moyen de vous connecter : choisissez d’abord un mot de passe, ou reliez un autre fournisseur que « %(provider)s »."


class NotTested(SignOnRefused):
    """A provider is switched on only after a whole round trip."""

    code = "sign_on.not_tested"
    sentence = "Testez d’abord la connexion à « %(provider)s » : elle ne peut être mise en service qu’après un essai réussi."


class WouldLockOut(SignOnRefused):
    """Nobody who administers has signed on here: passwords must stay."""

    code = "sign_on.would_lock_out"
    sentence = "Le mot de passe ne peut pas encore être fermé : il faut que « %(provider)s » soit en service et qu’une personne qui administre s’y soit déjà connectée."


class SignOutRefused(SignOnRefused):
    """A sign-out token that a provider, or somebody else, sent."""

    code = "sign_on.sign_out_refused"
    status = 400
    sentence = "Cette demande de déconnexion n’est pas valable."
