from typing import get_args

import pytest
from creneau.context import acting_for
from creneau.messages.filling import values_of
from creneau.messages.schemas import Occasion
from creneau.messages.texts import for_person, sms
from creneau.messages.wording.house import house
from creneau.messages.wording.placeholders import LABELS, allowed, filled, unknown
from creneau.messages.wording.rules import checked_wording, chosen
from creneau.messages.wording.schemas import MESSAGES, MessageName, OwnWording, Wording, WordingKey
from creneau.refusals import InvalidInput
from msgspec.structs import replace

from tests.platform.messages.cast import MOTIVE, SUBJECT, TENANT, about

LINK = "https://ville.example.org/lien/secret"
EVIL = "{{7*7}} {0.__class__} {0} %(tenant)s %s <script>alert(1)</script> ${7*7} {% raw %}"


def own(
    text: Wording, message: MessageName = "confirmed", *, everywhere: bool = True
) -> OwnWording:
    return OwnWording(
        message=message,
        locale="fr",
        motive_id=None if everywhere else MOTIVE.id,
        version="1",
        subject=text.subject,
        introduction=text.introduction,
        ending=text.ending,
        sms=text.sms,
    )


def test_each_placeholder_is_filled_in() -> None:
    values = values_of(SUBJECT, "Paul Durand", LINK)
    every = " | ".join(f"{{{name}}}" for name in LABELS if "limite" not in name)
    text = filled(every, values).replace("\u00a0", " ")
    assert text == (
        "Paul Durand | Alice Martin | mardi 24 novembre 2026 | mar. 24 nov. | 9 h 30 | "
        "Carte d’identité | Mairie principale | 1 place de la Mairie 35000 Saint-Aubin | "
        "Nadia Benali | Ville de Saint-Aubin | Ville de Saint-Aubin | 02 99 00 00 00 | " + LINK
    )


def test_what_a_tenant_types_is_never_run() -> None:
    assert filled(EVIL, values_of(SUBJECT, "Alice Martin")) == EVIL


def test_what_a_person_is_called_is_not_looked_at_again() -> None:
    subject = replace(SUBJECT, person_name="{lien} {date}")
    assert filled("{personne}", values_of(subject, "x", LINK)) == "{lien} {date}"


def test_a_tenants_text_is_escaped_in_html_and_breaks_no_header() -> None:
    text = Wording(
        subject=f"{EVIL}\r\nBcc: eve@example.org", introduction=EVIL, ending="À bientôt."
    )
    letter = for_person("confirmed", replace(SUBJECT, wordings=[own(text)]), "Alice Martin", LINK)
    assert "\n" not in letter.subject
    assert "\r" not in letter.subject
    assert "<script>" not in letter.html()
    assert "{{7*7}} {0.__class__}" in letter.html()
    assert EVIL in letter.text()
    assert "À bientôt." in letter.text()


def test_a_motives_text_wins_over_the_tenants_which_wins_over_the_houses() -> None:
    ours = Wording(subject="Notre objet", sms="Notre SMS {lien}")
    its = Wording(subject="Objet du motif")
    subject = replace(SUBJECT, wordings=[own(ours), own(its, everywhere=False)])
    letter = for_person("confirmed", subject, "Alice Martin", LINK)
    assert letter.subject == "Objet du motif"
    assert "Nous vous attendons." in letter.text()
    assert sms("confirmed", subject, LINK) == f"Notre SMS {LINK}"
    other = about(motive={"id": TENANT.id})
    elsewhere = for_person("confirmed", replace(other, wordings=subject.wordings), "A", LINK)
    assert elsewhere.subject == "Notre objet"
    assert for_person("moved", subject, "A", LINK).subject.startswith("Rendez-vous déplacé")


def test_a_text_in_one_language_says_nothing_in_another() -> None:
    subject = replace(SUBJECT, wordings=[own(Wording(subject="Notre objet"))])
    with acting_for(TENANT, "en"):
        letter = for_person("confirmed", subject, "Alice Martin", LINK)
        assert letter.subject.startswith("Appointment confirmed")


def test_who_cancels_and_whom_the_organisation_lets_down_read_different_texts() -> None:
    texts = [
        own(Wording(subject="Vous avez annulé"), "excused"),
        own(Wording(subject="Nous annulons"), "cancelled"),
    ]
    subject = replace(SUBJECT, wordings=texts)
    assert for_person("cancelled", subject, "A", "").subject == "Vous avez annulé"
    ours = for_person("cancelled", subject, "A", "", agent_wrote=True)
    assert ours.subject == "Nous annulons"


@pytest.mark.parametrize("text", ["{nom}", "{Personne}", "{prénom} {personne}", "{lien}"])
def test_a_placeholder_that_does_not_exist_is_refused_and_those_that_do_are_named(
    text: str,
) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_wording("confirmed", Wording(introduction=text))
    sentence = refused.value.fields["introduction"]
    assert text.split(maxsplit=1)[0] in sentence
    assert "{personne}, {date}" in sentence
    assert "{limite}" not in sentence


def test_texts_that_are_too_long_are_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_wording("confirmed", Wording(subject="x" * 201, sms="x" * 601))
    assert refused.value.fields.keys() == {"subject", "sms"}


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_houses_own_texts_keep_the_rules_of_all(message: MessageName, locale: str) -> None:
    with acting_for(TENANT, "en" if locale == "en" else "fr"):
        text = house(message)
        clean = checked_wording(message, text)
        assert clean.introduction == text.introduction
        assert clean.subject == text.subject.replace("\u00a0", " ")
        assert unknown(text.sms, message, "sms") == []


def test_every_occasion_has_texts() -> None:
    assert set(get_args(Occasion)) <= set(MESSAGES)


def test_a_link_is_for_an_sms_and_only_where_there_is_one() -> None:
    assert "lien" in allowed("reminder", "sms")
    assert "lien" not in allowed("reminder", "mail")
    assert "lien" not in allowed("excused", "sms")


def test_without_own_texts_the_house_speaks() -> None:
    key = WordingKey(message="moved", locale="fr", motive_id=MOTIVE.id)
    assert chosen([], key, house("moved")) == house("moved")
