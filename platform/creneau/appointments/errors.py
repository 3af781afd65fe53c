"""Why a booking is turned down."""

from creneau.refusals import Refusal


class SlotTaken(Refusal):
    """Somebody else was quicker; `details["nearest"]` holds up to three other slots."""

    code = "slot_taken"
    status = 409
    sentence = "Ce créneau vient d’être pris. Choisissez-en un autre."


class LastSeatTaken(SlotTaken):
    """Somebody else was quicker to take the last seat of a group session; programs read `slot_taken`."""

    sentence = "La dernière place vient d’être prise. Choisissez une autre date."


class SlotNotOffered(Refusal):
    """Nothing is open at that time, or it is too soon or too far ahead."""

    code = "slot_not_offered"
    status = 409
    sentence = "Ce créneau n’est pas proposé à la réservation. Choisissez-en un autre."


class NotOpenYet(Refusal):
    """A line stands in front of the motive, and has not opened yet; `details` hold `opens_at` (UTC)."""

    code = "not_open_yet"
    status = 409
    sentence = "Les réservations ne sont pas encore ouvertes pour ce motif. Revenez à l’ouverture."


class HoldExpired(Refusal):
    """The hold is over; `details` hold `motive_id` and `place_id` for the way back."""

    code = "hold_expired"
    status = 410
    sentence = "Le temps de réservation de ce créneau est écoulé. Choisissez à nouveau un créneau."


class HoldUsed(Refusal):
    """The hold was confirmed already, for somebody else or with other details (C-30)."""

    code = "hold_used"
    status = 409
    sentence = (
        "Ce créneau est déjà confirmé, avec d’autres coordonnées. Choisissez un autre créneau."
    )


class NotBookable(Refusal):
    """The motive is not open to whoever asks."""

    code = "motive_not_bookable"
    status = 403
    sentence = "Ce motif n’est pas ouvert à la réservation en ligne. Contactez l’accueil."


class PhoneMissing(Refusal):
    """The appointment is by phone, and nobody knows which number to call (S-06)."""

    code = "phone_missing"
    status = 422
    sentence = "Ce rendez-vous se passe par téléphone : indiquez d’abord le numéro à appeler."


class AddressMissing(Refusal):
    """The appointment is at the person's home, and nobody knows where that is (S-06)."""

    code = "address_missing"
    status = 422
    sentence = "Ce rendez-vous se passe à domicile : indiquez d’abord l’adresse où venir."


class TooLateToCancel(Refusal):
    """The motive's notice for cancelling has begun, or cancelling is not allowed."""

    code = "too_late_to_cancel"
    status = 409
    sentence = "Ce rendez-vous ne peut plus être annulé en ligne. Contactez l’accueil."


class TooLateToMove(Refusal):
    """The motive's notice for moving has begun, or moving is not allowed."""

    code = "too_late_to_move"
    status = 409
    sentence = "Ce rendez-vous ne peut plus être déplacé en ligne. Contactez l’accueil."


class NotActive(Refusal):
    """The booking is over: cancelled, expired or not confirmed."""

    code = "booking_not_active"
    status = 409
    sentence = "Ce rendez-vous n’est plus actif. Prenez un nouveau rendez-vous."


class LinkExpired(Refusal):
    """The link in a message is too old (C-45)."""

    code = "link_expired"
    status = 410
    sentence = "Ce lien n’est plus valable. Retrouvez vos rendez-vous dans « Mes rendez-vous »."


class InstructionsNotAccepted(Refusal):
    """The motive has instructions that were not accepted."""

    code = "instructions_not_accepted"
    sentence = "Cochez la case pour confirmer que vous avez lu les consignes."


class TooManyActive(Refusal):
    """The person has as many appointments for this motive as it allows."""

    code = "limit_active"
    sentence = (
        "Vous avez déjà le nombre maximum de rendez-vous à venir pour ce motif (%(maximum)s). "
        "Annulez-en un pour en prendre un autre."
    )


class TooManyThatDay(Refusal):
    """The person has as many appointments for this motive on that day as it allows."""

    code = "limit_day"
    sentence = (
        "Vous avez déjà le nombre maximum de rendez-vous pour ce motif ce jour-là (%(maximum)s). "
        "Choisissez un autre jour."
    )


class TooManyThatWeek(Refusal):
    """The person has as many appointments for this motive in that week as it allows."""

    code = "limit_week"
    sentence = (
        "Vous avez déjà le nombre maximum de rendez-vous pour ce motif cette semaine-là "
        "(%(maximum)s). Choisissez une autre semaine."
    )


class Overlaps(Refusal):
    """An agent's appointment overlaps others; `details["conflicts"]` names them (C-27)."""

    code = "overlaps"
    status = 409
    sentence = (
        "Ce rendez-vous en chevauche d’autres : %(named)s. Choisissez une autre heure, ou indiquez "
        "pourquoi vous le maintenez."
    )


class KeyReused(Refusal):
    """The same idempotency key came with another request (C-30)."""

    code = "idempotency_key_reused"
    status = 422
    sentence = "Cette clé a déjà servi pour une autre demande. Utilisez une nouvelle clé."
