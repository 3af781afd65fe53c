"""Between two encoded words blanks do not count: a subject must not be cut at one."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default

import pytest
from creneau_infra.mail.building import build
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
