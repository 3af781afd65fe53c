"""What a mail server acknowledged is known to every process of the machine, and never sent again."""

from datetime import timedelta
from pathlib import Path

import pytest
from creneau_infra.clock import now
from creneau_infra.mail.acknowledged import Acknowledged, accepted, once
from creneau_infra.mail.schemas import Message

MESSAGE = Message(to="zoe@example.org", subject="Bonjour", text="À demain.", message_id="0192-abc")


class Server:
    def __init__(self) -> None:
        self.received: list[Message] = []
        self.away = False

    async def send(self, message: Message) -> None:
        if self.away:
            raise ConnectionRefusedError
        self.received.append(message)


async def test_what_was_acknowledged_is_not_sent_again_by_another_process_either(
    tmp_path: Path,
) -> None:
    server, other = Server(), Acknowledged(tmp_path)
    assert not other.holds("0192-abc")
    await once(server.send, Acknowledged(tmp_path))(MESSAGE)
    await once(server.send, other)(MESSAGE)
    await once(server.send, Acknowledged(tmp_path))(MESSAGE)
    assert len(server.received) == 1


async def test_what_was_not_acknowledged_is_sent_again(tmp_path: Path) -> None:
    server = Server()
    send = once(server.send, Acknowledged(tmp_path))
    server.away = True
    with pytest.raises(ConnectionRefusedError):
        await send(MESSAGE)
    server.away = False
    await send(MESSAGE)
    assert len(server.received) == 1


async def test_a_line_that_is_half_written_is_read_once_it_is_whole(tmp_path: Path) -> None:
    acknowledged = Acknowledged(tmp_path)
    path = tmp_path / f"{now().date().isoformat()}.log"
    path.write_bytes(b"one\ntw")
    assert acknowledged.holds("one")
    assert not acknowledged.holds("tw")
    with path.open("ab") as file:
        file.write(b"o\n")
    assert acknowledged.holds("two")


async def test_what_is_days_old_is_forgotten(tmp_path: Path) -> None:
    old = tmp_path / f"{(now() - timedelta(days=2)).date().isoformat()}.log"
    old.write_text("one\n")
    assert not Acknowledged(tmp_path).holds("one")
    assert not old.exists()


async def test_a_mail_that_left_and_cannot_be_noted_is_not_sent_once_more_for_that(
    tmp_path: Path,
) -> None:
    full = tmp_path / "full"
    full.write_text("a file where the folder should be")
    server = Server()
    await once(server.send, Acknowledged(full))(MESSAGE)
    assert len(server.received) == 1


async def test_a_word_that_cannot_be_noted_does_not_undo_what_the_server_said(
    tmp_path: Path,
) -> None:
    full = tmp_path / "full"
    full.write_text("a file where the folder should be")
    server = Server()

    async def deliver(message: Message) -> None:
        await server.send(message)
        accepted()
        raise ConnectionResetError

    await once(deliver, Acknowledged(full))(MESSAGE)
    assert len(server.received) == 1


async def test_a_file_of_somebody_else_holds_up_no_mail(tmp_path: Path) -> None:
    server = Server()
    (tmp_path / "notes.log").write_text("0192-abc\n")
    await once(server.send, Acknowledged(tmp_path))(MESSAGE)
    assert len(server.received) == 1
    assert (tmp_path / "notes.log").exists()
