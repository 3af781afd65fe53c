"""Phone numbers as people of metropolitan France and of the overseas départements write them."""

from typing import Final

import phonenumbers

# 0692… is a number of La Réunion, unknown to the metropolitan plan: the overseas plans follow it.
# Those with shorter numbers are left out, or a mistyped 06… would pass as one of theirs; people
# there write +687… in full.
REGIONS: Final = ("FR", "RE", "GP", "MQ", "GF", "YT", "BL", "MF")


def normalised_phone(text: str) -> str | None:
    """Write a number in the international form `+33612345678`; None when it is not one."""
    for region in REGIONS:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def readable_phone(number: str) -> str:
    """Write a kept number as it is read aloud: `06 12 34 56 78` for French ones."""
    try:
        parsed = phonenumbers.parse(number, "FR")
    except phonenumbers.NumberParseException:
        return number
    french = phonenumbers.region_code_for_number(parsed) in REGIONS
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, form.NATIONAL if french else form.INTERNATIONAL)
