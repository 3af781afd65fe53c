"""Why an SMS does not leave, and never will: with a stable code for its receipt."""

from creneau_infra.errors import PermanentError

from creneau.refusals import Refusal


class SmsRefused(Refusal, PermanentError):  # noqa: N818 - an answer, as all refusals
    """An SMS that will never go out as it is; a gateway of a plugin raises it, too."""

    code = "sms_refused"
    status = 422
    sentence = "La passerelle refuse ce SMS."


class SmsOff(SmsRefused):
    """No gateway is switched on."""

    code = "sms_off"
    status = 409
    sentence = "L’envoi de SMS n’est pas en service. Il se règle dans l’administration."


class NotMobile(SmsRefused):
    """The number is not one that can receive SMS."""

    code = "sms_not_mobile"
    sentence = "Ce numéro ne reçoit pas de SMS : écrivez un numéro de téléphone mobile."


class NumberAbroad(SmsRefused):
    """The number is one of another country, where the tenant sends none."""

    code = "sms_abroad"
    sentence = "Ce numéro est à l’étranger, où votre espace n’envoie pas de SMS."


class NothingToSay(SmsRefused):
    """The text is empty, or nothing of it can be shown."""

    code = "sms_empty"
    sentence = "Ce SMS est vide."


class LimitReached(SmsRefused):
    """The month's limit does not allow this SMS."""

    code = "sms_limit_reached"
    status = 409
    sentence = "La limite de SMS de ce mois est atteinte. Elle se règle dans l’administration."


class GatewayNotChosen(Refusal):
    """No gateway is set up that could be tried or switched on."""

    code = "sms_gateway_not_chosen"
    status = 409
    sentence = "Choisissez d’abord une passerelle."


class GatewayNotTested(Refusal):
    """No SMS has left by these settings yet."""

    code = "sms_gateway_not_tested"
    status = 409
    sentence = "Envoyez d’abord un SMS d’essai : la passerelle n’a pas encore été testée."


class GatewayAway(Refusal):
    """The gateway did not take the SMS this time; `said` is what it answered."""

    code = "sms_gateway_away"
    status = 503
    sentence = "La passerelle n’a pas pris le SMS. Vérifiez ses réglages, puis recommencez."


class GatewayChanged(Refusal):
    """Somebody has set the gateway up otherwise while it was tried."""

    code = "sms_gateway_changed"
    status = 409
    sentence = (
        "Les réglages de la passerelle ont changé pendant l’essai : le SMS est parti par les "
        "anciens. Essayez encore une fois."
    )
