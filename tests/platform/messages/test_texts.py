from typing import get_args

import pytest
from creneau.context import acting_for
from creneau.messages.schemas import Occasion
from creneau.messages.texts import email_code, for_agent, for_person

from tests.platform.messages.cast import PLACE, SUBJECT, TENANT, about

LINK = "https://ville.example.org/lien/secret"


def test_a_confirmation_answers_when_where_with_whom_what_to_bring_and_how_to_cancel() -> None:
    letter = for_person("confirmed", SUBJECT, "Alice Martin", LINK)
    assert letter.subject == "Rendez-vous confirmé : mardi 24 novembre 2026 à 9 h 30"
    for written in (letter.text(), letter.html()):
        assert "mardi 24 novembre 2026 à 9 h 30" in " ".join(written.split())
        assert "Mairie principale, 1 place de la Mairie" in written
        assert "Entrée par la cour" in written
        assert "Nadia Benali" in written
        assert "Apportez une photo." in written
        assert LINK in written
        assert "Ville de Saint-Aubin" in written


def test_a_confirmation_reads_in_english() -> None:
    with acting_for(TENANT, "en"):
        letter = for_person("confirmed", SUBJECT, "Alice Martin", LINK)
        assert letter.subject == "Appointment confirmed: Tuesday 24 November 2026 at 9:30 am"
        assert "What to bring and prepare" in letter.text()
        assert '<html lang="en">' in letter.html()


def test_a_letter_says_until_when_one_can_cancel() -> None:
    letter = for_person("confirmed", SUBJECT, "Alice Martin", LINK)
    assert "au plus tard le mardi 24 novembre 2026 à 5 h 30" in letter.text()


def test_a_letter_offers_only_what_the_motive_allows() -> None:
    nothing = about(motive={"cancel_notice_minutes": None, "move_notice_minutes": None})
    text = for_person("confirmed", nothing, "Alice Martin", LINK).text()
    assert LINK not in text
    assert f"Appelez le {PLACE.phone}" in text
    only_move = about(motive={"cancel_notice_minutes": None})
    text = for_person("confirmed", only_move, "Alice Martin", LINK).text()
    assert "Déplacer le rendez-vous" in text
    assert "Annuler" not in text


def test_a_letter_to_somebody_else_says_for_whom_it_is() -> None:
    assert "Pour qui : Alice Martin" in for_person("confirmed", SUBJECT, "Paul Durand", LINK).text()
    assert "Pour qui :" not in for_person("confirmed", SUBJECT, "Alice Martin", LINK).text()


def test_a_cancellation_says_who_cancelled_and_offers_another_appointment() -> None:
    ours = for_person("cancelled", SUBJECT, "Alice Martin", "", agent_wrote=True).text()
    assert "Nous avons dû annuler" in ours
    assert f"https://ville.example.org/rdv/{SUBJECT.motive.id}" in ours
    theirs = for_person("cancelled", SUBJECT, "Alice Martin", "").text()
    assert "vous n’avez plus rien à faire" in theirs


def test_an_appointment_that_lost_its_time_comes_with_the_way_to_another() -> None:
    letter = for_person("to_reschedule", SUBJECT, "Alice Martin", LINK)
    assert letter.subject.startswith("Rendez-vous à replanifier")
    assert "Nous ne pourrons pas vous recevoir" in letter.text()
    assert f"Choisir une autre date\n{LINK}" in letter.text()
    call = about(motive={"move_notice_minutes": None})
    text = for_person("to_reschedule", call, "Alice Martin", LINK).text()
    assert LINK not in text
    assert f"Appelez le {PLACE.phone}" in text
    with acting_for(TENANT, "en"):
        text = for_person("to_reschedule", SUBJECT, "Alice Martin", LINK).text()
        assert "Your appointment needs a new date" in text


def test_a_reminder_says_all_that_a_confirmation_says() -> None:
    letter = for_person("reminder", SUBJECT, "Alice Martin", LINK)
    assert letter.subject == "Rappel : rendez-vous mardi 24 novembre 2026 à 9\u00a0h\u00a030"
    for what in ("Mairie principale", "Entrée par la cour", "Apportez une photo.", LINK):
        assert what in letter.text()


@pytest.mark.parametrize("occasion", get_args(Occasion))
def test_an_agent_is_told_who_comes_and_where_to_look(occasion: Occasion) -> None:
    letter = for_agent(occasion, SUBJECT, "Nadia Benali", "apprenant")
    assert "Apprenant : Alice Martin" in letter.text()
    assert f"https://ville.example.org/agents/rendez-vous/{SUBJECT.booking.id}" in letter.text()


def test_a_code_is_not_in_the_subject() -> None:
    letter = email_code("482913", 10, "Ville de Saint-Aubin")
    assert "482913" not in letter.subject
    assert "482913" in letter.text()
    assert "Il est valable 10 minutes." in letter.text()


def test_what_people_typed_is_shown_as_typed() -> None:
    evil = about(booking={"motive_name": "<script>alert(1)</script> {{7*7}}"})
    letter = for_person("confirmed", evil, "<b>Alice</b>", LINK)
    assert "<script>" not in letter.html()
    assert "<b>Alice" not in letter.html()
    assert "{{7*7}}" in letter.html()
    assert "{{7*7}}" in letter.text()
