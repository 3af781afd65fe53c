"""Between two encoded words blanks do not count: no subject and no name may be cut at one."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default
from email.utils import parseaddr

import pytest
from creneau_infra.mail.building import build, named
from creneau_infra.mail.schemas import Message

SENDER = "ne-pas-repondre@example.org"
FILLED = [
    f"Confirmé\u00a0: {'jour ' * (length // 5)}{'x' * (length % 5)} 2026 à 10\u00a0h 🎉 à la mairie"
    " d’Évry, près de l’église Saint-Étienne"
    for length in range(0, 80, 3)
]


@pytest.mark.parametrize("subject", [*FILLED, "Plain and short"])
def test_a_subject_of_any_length_is_read_letter_by_letter(subject: str) -> None:
    written = build(Message(to="zoe@example.org", subject=subject, text="x"), SENDER).as_bytes()
    assert message_from_bytes(written, policy=default)["Subject"] == subject
    # Older programs read it by other rules.
    assert str(make_header(decode_header(message_from_bytes(written)["Subject"]))) == subject
    assert max(len(line) for line in written.splitlines()) <= 78


@pytest.mark.parametrize("length", range(1, 70, 3))
def test_a_name_of_any_length_is_read_letter_by_letter(length: int) -> None:
    name = ("Éléonore Dupré de la Vallée à Évry, « Mairie » (accueil)" * 2)[:length].strip()
    message = Message(to=named(name, "zoe@example.org"), subject="x", text="x")
    written = message_from_bytes(build(message, SENDER).as_bytes())
    phrase, bare = parseaddr(written["To"].replace("\r\n", ""))
    assert str(make_header(decode_header(phrase.replace("\n", "")))) == name
    assert bare == "zoe@example.org"
