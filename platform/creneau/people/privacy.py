"""Whoever keeps something about a person: the core's own parts, and the plugins'."""

from collections.abc import Sequence

import msgspec

from creneau.context import current_tenant
from creneau.contributions import PersonalData
from creneau.plugins import installed


def parts() -> Sequence[PersonalData]:
    """List the parts of all that are installed.

    A plugin that is switched off still keeps what it kept: rights over data do not lapse.
    """
    everything = msgspec.structs.replace(current_tenant.get(), plugins=frozenset(installed().names))
    return installed().for_tenant(everything).personal_data()
