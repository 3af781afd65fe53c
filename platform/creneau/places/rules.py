"""What a place must say of itself."""

import msgspec

from creneau.i18n import gettext as _
from creneau.places.schemas import PlaceDraft
from creneau.validation import Checked


def checked_place(draft: PlaceDraft) -> PlaceDraft:
    """Clean a place's draft.

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    check = Checked()
    clean = msgspec.structs.replace(
        draft,
        name=check.line("name", draft.name, needed=_("Donnez un nom au lieu."), longest=120),
        address=check.paragraphs("address", draft.address, longest=500),
        phone=check.line("phone", draft.phone, longest=40),
        access_information=check.paragraphs(
            "access_information", draft.access_information, longest=1000
        ),
    )
    check.between("latitude", draft.latitude, -90, 90)
    check.between("longitude", draft.longitude, -180, 180)
    if (draft.latitude is None) != (draft.longitude is None):
        missing = "latitude" if draft.latitude is None else "longitude"
        check.refuse(missing, _("Donnez la latitude et la longitude, ou aucune des deux."))
    check.refuse_if_wrong()
    return clean
