import pytest
from creneau.context import Tenant
from creneau.contributions import BookingFields
from creneau.i18n import current_locale
from creneau.refusals import InvalidInput

from tests.plugins.digital_aid.cast import PAULA, fields, said


@pytest.fixture
def group(acting: Tenant) -> BookingFields:
    del acting
    return fields()


def test_a_learner_who_books_alone_is_asked_nothing(group: BookingFields) -> None:
    alone = {"digital_aid_prescribing": "", "digital_aid_email": "not an address"}
    assert group.check(alone) == {}
    assert group.check({}) == {}
    assert group.proven_email(alone) is None


def test_a_whole_prescriber_is_accepted(group: BookingFields) -> None:
    assert group.check(PAULA) == {}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Écrivez votre prénom et votre nom."),
        ("name", " \t ", "Écrivez votre prénom et votre nom."),
        ("name", "x" * 121, "120 caractères au plus"),
        ("structure", "", "Écrivez le nom de votre structure."),
        ("email", "", "Écrivez votre adresse e-mail."),
        ("email", "paula@", "adresse e-mail complète"),
        ("email", "paula@exemple.fr\nBcc: all@exemple.fr", "adresse e-mail complète"),
        ("phone", "", "Écrivez votre numéro de téléphone."),
        ("phone", "12", "numéro de téléphone complet"),
    ],
)
def test_each_wrong_field_has_its_sentence(
    group: BookingFields, field: str, value: str, sentence: str
) -> None:
    wrong = group.check(said(**{field: value}))
    assert list(wrong) == [f"digital_aid_{field}"]
    assert sentence in wrong[f"digital_aid_{field}"]


def test_a_prescriber_who_typed_nothing_reads_a_sentence_for_every_field(
    group: BookingFields,
) -> None:
    wrong = group.check({"digital_aid_prescribing": "yes"})
    assert set(wrong) == set(PAULA) - {"digital_aid_prescribing"}


def test_sentences_are_in_the_language_of_the_reader(group: BookingFields) -> None:
    token = current_locale.set("en")
    try:
        wrong = group.check(said(name=""))
    finally:
        current_locale.reset(token)
    assert wrong == {"digital_aid_name": "Enter your first and last name."}


def test_the_prescriber_s_own_address_is_proven_so_the_learner_needs_none(
    group: BookingFields,
) -> None:
    assert group.proven_email(PAULA) == "paula.roche@exemple.fr"
    assert group.proven_email(said(email="")) == ""


def test_a_field_of_the_form_is_never_longer_than_its_column(group: BookingFields) -> None:
    longest = {field.name: field.maximum_length for field in group.fields}
    assert longest["digital_aid_name"] == 120
    assert longest["digital_aid_structure"] == 160
    assert longest["digital_aid_email"] == 254


async def test_values_that_were_not_checked_are_not_kept(group: BookingFields) -> None:
    with pytest.raises(InvalidInput):
        await group.save(None, None, said(phone="12"))  # type: ignore[arg-type] - refused before
