"""Phone numbers as people of metropolitan France and of the overseas départements write them."""

import re
from typing import Final

import phonenumbers

# 0692… is a number of La Réunion, unknown to the metropolitan plan: the overseas plans follow it.
# Those with shorter numbers are left out, or a mistyped 06… would pass as one of theirs; people
# there write +687… in full.
REGIONS: Final = ("FR", "RE", "GP", "MQ", "GF", "YT", "BL", "MF")
# Written +687… in full, and French all the same.
FRENCH: Final = frozenset({*REGIONS, "NC", "PF", "PM", "WF", "TF"})
KEPT_FRENCH: Final = re.compile(r"\+33([1-9][0-9]{8})")
MOBILE: Final = frozenset(
    {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
)


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
    own = KEPT_FRENCH.fullmatch(number)
    try:
        # Reading is half of the work, and there is nothing to find out.
        parsed = (
            phonenumbers.PhoneNumber(country_code=33, national_number=int(own[1]))
            if own
            else phonenumbers.parse(number, "FR")
        )
    except phonenumbers.NumberParseException:
        return number
    french = phonenumbers.region_code_for_number(parsed) in REGIONS
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, form.NATIONAL if french else form.INTERNATIONAL)


def mobile_phone(text: str) -> str | None:
    """Write a mobile number as `+33612345678`; None when it is not one that can get an SMS."""
    number = normalised_phone(text)
    if number is None or phonenumbers.number_type(phonenumbers.parse(number)) not in MOBILE:
        return None
    return number


def is_french(number: str) -> bool:
    """Tell whether a kept number is one of France, overseas territories included."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) in FRENCH
    except phonenumbers.NumberParseException:
        return False
