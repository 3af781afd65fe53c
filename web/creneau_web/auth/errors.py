"""What signing in and proving an address can be refused for."""

from creneau.refusals import Refusal


class SignInFailed(Refusal):
    """The same answer for an unknown address and for a wrong password."""

    code = "sign_in_failed"
    status = 422
    sentence = "L’adresse électronique ou le mot de passe ne correspond pas. Vérifiez les deux et essayez à nouveau."


class PasswordsClosed(Refusal):
    """The tenant's agents sign in by a provider only (T-06)."""

    code = "passwords_closed"
    status = 422
    sentence = "Le mot de passe est fermé ici. Connectez-vous avec un des boutons."


class CodeWrong(Refusal):
    """The code is not the one that was sent."""

    code = "code_wrong"
    status = 422
    sentence = (
        "Ce code n’est pas le bon. Vérifiez le dernier message reçu et saisissez ses 6 chiffres."
    )


class CodeExpired(Refusal):
    """The code was sent too long ago, was used, or was tried too often."""

    code = "code_expired"
    status = 422
    sentence = "Ce code n’est plus valable. Demandez un nouveau code."


class TooManyRequests(Refusal):
    """Too many of the same in a short time; `retry_after` is in seconds, `minutes` rounds it up."""

    code = "too_many_requests"
    status = 429
    sentence = (
        "Il y a eu trop d’essais en peu de temps. Attendez %(minutes)s min, puis essayez à nouveau."
    )


class TooManyForOthers(TooManyRequests):
    """Somebody books for ever more other persons, faster than anybody accompanies them (D-07)."""

    code = "too_many_for_others"
    sentence = (
        "Beaucoup de rendez-vous viennent d’être pris d’ici pour d’autres personnes. Attendez"
        " %(minutes)s min avant d’en prendre d’autres, ou appelez-nous."
    )


class FormExpired(Refusal):
    """A form that did not come from one of our pages, or came too late."""

    code = "form_expired"
    status = 403
    sentence = "Ce formulaire n’est plus valable. Revenez à la page précédente, rechargez-la et recommencez."


class TokenMissing(Refusal):
    """The interface was called without a valid token."""

    code = "token_missing"
    status = 401
    sentence = "Un jeton valable est nécessaire : envoyez-le dans l’en-tête Authorization (Bearer)."


class ScopeMissing(Refusal):
    """The token is valid, and may not do this."""

    code = "scope_missing"
    status = 403
    sentence = "Ce jeton ne permet pas cette action : il lui faut la portée %(scope)s."
