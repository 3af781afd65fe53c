from typing import get_args

import pytest
from creneau.context import acting_for
from creneau.messages.schemas import Occasion
from creneau.messages.short import ALPHABET, plain, sms

from tests.platform.messages.cast import PLACE, SUBJECT, TENANT, about

LINK = "https://ville.example.org/lien/secret"


def test_a_text_message_says_what_when_where_and_gives_the_link() -> None:
    assert sms("reminder", SUBJECT, LINK) == (
        "Ville de Saint-Aubin : rappel de votre RDV mar. 24 nov. à 9 h 30, Carte d'identité, "
        f"Mairie principale. Annuler ou déplacer : {LINK}"
    )


def test_a_text_message_reads_in_english() -> None:
    with acting_for(TENANT, "en"):
        assert sms("confirmed", SUBJECT, LINK) == (
            "Ville de Saint-Aubin: appointment confirmed Tue 24 Nov at 9:30 am, Carte d'identité, "
            f"Mairie principale. Cancel or move: {LINK}"
        )


@pytest.mark.parametrize("occasion", get_args(Occasion))
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_text_message_fits_into_seven_bits(occasion: Occasion, locale: str) -> None:
    with acting_for(TENANT, "en" if locale == "en" else "fr"):
        assert set(sms(occasion, SUBJECT, LINK)) <= ALPHABET


def test_a_text_message_names_only_ways_that_exist() -> None:
    assert LINK not in sms("cancelled", SUBJECT, LINK)
    assert sms("confirmed", SUBJECT, "").endswith("Mairie principale.")
    neither = about(motive={"cancel_notice_minutes": None, "move_notice_minutes": None})
    assert f"Détails : {LINK}" in sms("confirmed", neither, LINK)
    lost = sms("to_reschedule", neither, LINK)
    assert LINK not in lost
    assert lost.endswith(f"Appelez le {PLACE.phone}.")
    assert sms("to_reschedule", SUBJECT, LINK).endswith(f"Autre date : {LINK}")


def test_accents_that_cost_are_left_out_and_other_alphabets_are_kept() -> None:
    assert plain("Fête du 1er août, œuvre de Zoë — “été”…") == (
        'Fete du 1er aout, oeuvre de Zoe - "été"...'
    )
    assert plain("Ελένη и 李") == "Eλένη и 李".replace("E", "Ε")


def test_what_was_typed_stays_text_on_one_line() -> None:
    evil = about(booking={"motive_name": "100 % {0.__class__}\r\nBcc: eve {{7*7}} %(tenant)s"})
    text = sms("confirmed", evil, LINK)
    assert "100 % {0.__class__} Bcc: eve {{7*7}} %(tenant)s" in text
    assert "\n" not in text
