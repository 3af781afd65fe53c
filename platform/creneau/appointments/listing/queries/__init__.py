"""The statements of the list of appointments."""

from creneau.appointments.listing.queries.asking import BEFORE_AGENT, OF_AGENTS
from creneau.appointments.listing.queries.lines import Stretch
from creneau.appointments.listing.queries.pages import counts, each, page

__all__ = ["BEFORE_AGENT", "OF_AGENTS", "Stretch", "counts", "each", "page"]
