"""Why a search or an opening is turned down."""

from creneau.refusals import Refusal


class RangeRefused(Refusal):
    """A search from a later to an earlier moment, or over too long a time."""

    code = "range_refused"
    sentence = "Choisissez une période de %(days)s jours au plus, qui finit après son début."
