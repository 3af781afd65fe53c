"""Who may speak with the postman, what he keeps, and when he goes home."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from creneau_infra import frames, processes
from creneau_infra.mail.acknowledged import Acknowledged, folder_of, once
from creneau_infra.mail.errors import (
    MailRefusedError,
)
from creneau_infra.mail.schemas import Message
from creneau_infra.postman import places
from creneau_infra.postman.client import Postman
from creneau_infra.postman.conversations import Conversations
from creneau_infra.postman.door import Door
from creneau_infra.postman.errors import PostmanAwayError
from creneau_infra.postman.schemas import PROTOCOL, Request

from tests.infra.postman.patient import (
    PatientServer,
    kept_in,
    killed_over,
    nobody_is_left,
    postmen,
    way,
    way_is_busy,
)
from tests.infra.sender import mail

Send = Callable[[Message], Awaitable[None]]


async def test_nobody_else_can_speak_to_the_postman(
    server: PatientServer, folder: Path, postman: Postman
) -> None:
    await way(postman, server).send(mail("0192"))
    path = places.socket_path(folder)
    assert (path.parent.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)
    stranger = processes.service_user()
    assert processes.can_reach(folder, stranger)
    assert stranger is None or not processes.can_reach(path.parent, stranger)


async def test_a_folder_that_is_open_to_others_is_not_spoken_through(
    server: PatientServer, folder: Path, postman: Postman
) -> None:
    places.socket_path(folder).parent.chmod(0o755)
    with pytest.raises(PostmanAwayError):
        await way(postman, server).send(mail("0192"))
    assert server.received == []
    assert postmen(folder) == []


async def test_the_postman_keeps_nothing_of_a_mail_and_knows_no_secret_of_ours(
    server: PatientServer, folder: Path, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRENEAU_SECRET_KEY", "a-word-that-nobody-may-read")
    send: Send = once(way(postman, server).send, Acknowledged(folder_of(folder)))
    await send(mail("0192"))
    server.answers["RCPT"] = "550 5.1.1 <zoe@example.org> unknown"
    with pytest.raises(MailRefusedError):
        await send(mail("0193"))
    (pid,) = postmen(folder)
    assert kept_in(folder) == b"0192\n"
    process = Path(f"/proc/{pid}")
    assert b"CRENEAU" not in (process / "environ").read_bytes()
    assert {str((process / "fd" / name).readlink()) for name in ("0", "1", "2")} == {"/dev/null"}


async def test_nothing_is_left_running_once_the_worker_has_stopped(
    server: PatientServer, folder: Path, postman: Postman
) -> None:
    await way(postman, server).send(mail("0192"))
    assert len(postmen(folder)) == 1
    await postman.leave()
    await nobody_is_left(folder)
    assert [path.name for path in (folder / "postman").rglob("*") if not path.is_dir()] == ["lock"]


async def test_what_is_under_way_comes_to_its_end_before_the_postman_goes_home(
    server: PatientServer, folder: Path, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    await killed_over(server, "postman", folder, "0192")
    monkeypatch.setattr("creneau_infra.postman.client.SECONDS_TO_SEE_OFF", 0.2)
    await way_is_busy(postman)
    await postman.leave()
    assert len(postmen(folder)) == 1
    server.word.set()
    await nobody_is_left(folder)
    assert Acknowledged(folder_of(folder)).holds("0192")


async def test_a_demo_that_stops_leaves_nothing_running_whatever_is_under_way(
    server: PatientServer, folder: Path, postman: Postman
) -> None:
    await killed_over(server, "postman", folder, "0192")
    await way_is_busy(postman)
    await postman.leave(at_once=True)
    await nobody_is_left(folder)


async def test_a_postman_who_is_asked_to_end_waits_for_the_last_word(
    server: PatientServer, folder: Path, postman: Postman
) -> None:
    server.word.clear()
    sending = asyncio.create_task(way(postman, server).send(mail("0192")))
    await server.has_it.acquire()
    (pid,) = postmen(folder)
    processes.end(pid, signal.SIGTERM)
    server.word.set()
    await sending
    await nobody_is_left(folder)
    await way(postman, server).send(mail("0192"))
    assert len(server.received) == 1


async def test_a_postman_of_another_version_goes_home_and_another_takes_his_place(
    server: PatientServer, folder: Path, postman: Postman
) -> None:
    await way(postman, server).send(mail("0192"))
    (before,) = postmen(folder)
    reader, writer = await asyncio.open_unix_connection(places.socket_path(folder))
    writer.write(frames.packed(Request(protocol=PROTOCOL + 1)))
    assert await reader.read() == b""
    writer.close()
    await nobody_is_left(folder)
    await way(postman, server).send(mail("0193"))
    assert postmen(folder) != [before]


@pytest.mark.parametrize("came", [True, False])
async def test_a_worker_that_vanished_is_waited_for_a_while_and_no_longer(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, came: bool
) -> None:
    monkeypatch.setattr("creneau_infra.postman.door.SECONDS_OF_PATIENCE", 0.2)
    door = Door(Conversations(Acknowledged(folder_of(folder))))
    path = places.socket_path(folder)
    listening = await asyncio.start_unix_server(door.received, path)
    door.open()
    if came:
        _reader, writer = await asyncio.open_unix_connection(path)
        writer.close()
        await writer.wait_closed()
    async with asyncio.timeout(60):
        await door.over.wait()
    listening.close()


async def test_a_postman_whose_socket_was_removed_makes_room_for_one_who_can_be_found(
    server: PatientServer, folder: Path, postman: Postman
) -> None:
    await way(postman, server).send(mail("0192"))
    (before,) = postmen(folder)
    places.socket_path(folder).unlink()
    await asyncio.gather(*(way(postman, server).send(mail(f"019{last}")) for last in "3456"))
    assert before not in postmen(folder)
    assert len(server.received) == 5


@pytest.mark.parametrize("door", ["stopped", "open to others"])
async def test_a_worker_ends_whatever_has_become_of_its_postman(
    server: PatientServer,
    folder: Path,
    postman: Postman,
    monkeypatch: pytest.MonkeyPatch,
    door: str,
) -> None:
    monkeypatch.setattr("creneau_infra.postman.client.SECONDS_TO_SEE_OFF", 0.2)
    await way(postman, server).send(mail("0192"))
    (pid,) = postmen(folder)
    processes.end(pid, signal.SIGSTOP)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await way(postman, server).send(mail("0193"))
    if door == "open to others":
        places.socket_path(folder).parent.chmod(0o755)
    async with asyncio.timeout(20):
        await postman.leave()
    processes.end(pid, signal.SIGCONT)
