"""What an organisation must say of itself."""

from typing import Final

import msgspec

from creneau.i18n import gettext as _
from creneau.organisations.schemas import OrganisationDraft
from creneau.validation import Checked

# The calendars of public holidays (C-07): metropolitan France, Alsace-Moselle, overseas.
TERRITORIES: Final = ("FR", "57", "BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "WF", "YT")


def checked_organisation(draft: OrganisationDraft, tenant_time_zone: str) -> OrganisationDraft:
    """Clean an organisation's draft.

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    check = Checked()
    clean = msgspec.structs.replace(
        draft,
        name=check.line(
            "name", draft.name, needed=_("Donnez un nom à l’organisation."), longest=120
        ),
        phone=check.line("phone", draft.phone, longest=40),
        email=check.email("email", draft.email),
        address=check.paragraphs("address", draft.address, longest=500),
        website=check.website("website", draft.website),
        opening_hours=check.paragraphs("opening_hours", draft.opening_hours, longest=1000),
        time_zone=check.time_zone("time_zone", draft.time_zone or tenant_time_zone),
    )
    check.choice("territory", draft.territory, TERRITORIES)
    check.refuse_if_wrong()
    return clean


def checked_service_name(name: str) -> str:
    """Clean a service's name.

    Raises:
        InvalidInput: It is empty or too long.
    """
    check = Checked()
    clean = check.line("name", name, needed=_("Donnez un nom au service."), longest=120)
    check.refuse_if_wrong()
    return clean
