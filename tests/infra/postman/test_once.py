"""What a server acknowledged leaves no more, whoever was killed meanwhile: the postman outlives the worker."""

import asyncio
import signal
from pathlib import Path
from uuid import uuid4

import pytest
from creneau_infra import processes
from creneau_infra.mail.acknowledged import Acknowledged, folder_of
from creneau_infra.mail.errors import (
    DeferredError,
    UncertainError,
)
from creneau_infra.postman import transport
from creneau_infra.postman.client import Postman
from creneau_infra.postman.errors import PostmanAwayError
from creneau_infra.postman.transport import PostmanTransport

from tests.infra.postman.patient import (
    PatientServer,
    killed_over,
    nobody_is_left,
    postmen,
    until_told,
    way,
    way_is_busy,
)
from tests.infra.sender import SENDER, mail


async def test_a_worker_killed_after_the_message_and_before_its_note_does_not_send_it_twice(
    server: PatientServer, folder: Path, postman: Postman
) -> None:
    await killed_over(server, "postman", folder, "0192")
    server.word.set()
    await until_told(postman, server, "0192")
    assert Acknowledged(folder_of(folder)).holds("0192")
    await way(postman, server).send(mail("0192"))
    await way(postman, server).send(mail("0193"))
    assert len(server.received) == 2


async def test_the_next_worker_waits_for_the_word_that_the_killed_one_waited_for(
    server: PatientServer, folder: Path, postman: Postman
) -> None:
    await killed_over(server, "postman", folder, "0192")
    again = asyncio.create_task(way(postman, server).send(mail("0192")))
    await way_is_busy(postman)
    assert not again.done()
    server.word.set()
    await again
    assert len(server.received) == 1


async def test_without_a_postman_the_same_worker_sends_it_twice(
    server: PatientServer, folder: Path, postman: Postman
) -> None:
    await killed_over(server, "direct", folder, "0192")
    server.word.set()
    await way(postman, server).send(mail("0192"))
    assert len(server.received) == 2


async def test_two_workers_at_once_have_one_postman_and_each_message_leaves_once(
    server: PatientServer, folder: Path
) -> None:
    workers = [Postman(folder), Postman(folder)]
    names = [str(uuid4()) for _ in range(10)]
    await asyncio.gather(
        *(way(worker, server).send(mail(name)) for name in names for worker in workers)
    )
    assert len(postmen(folder)) == 1
    assert len(server.received) == len(names)
    await workers[0].leave()
    await way(workers[1], server).send(mail(str(uuid4())))
    await workers[1].leave()
    await nobody_is_left(folder)


async def test_a_postman_that_was_killed_is_replaced_by_the_next_message(
    server: PatientServer, folder: Path, postman: Postman
) -> None:
    await way(postman, server).send(mail("0192"))
    (before,) = postmen(folder)
    processes.end(before, signal.SIGKILL)
    await nobody_is_left(folder)
    await way(postman, server).send(mail("0192"))
    await way(postman, server).send(mail("0193"))
    (after,) = postmen(folder)
    assert before != after
    assert len(server.received) == 2


async def test_a_postman_killed_over_a_message_leaves_it_to_the_next_attempt(
    server: PatientServer, folder: Path, postman: Postman
) -> None:
    server.word.clear()
    sending = asyncio.create_task(way(postman, server).send(mail("0192")))
    await server.has_it.acquire()
    for one in postmen(folder):
        processes.end(one, signal.SIGKILL)
    with pytest.raises(PostmanAwayError):
        await sending
    server.word.set()
    await way(postman, server).send(mail("0192"))
    # The one moment that nobody can close: the word was said, and nobody lived to read it.
    assert len(server.received) == 2


async def test_a_server_that_is_slow_is_left_in_time_and_its_late_word_counts(
    server: PatientServer, folder: Path, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    await way(postman, server).send(mail("0191"))
    server.word.clear()
    with monkeypatch.context() as patch:
        patch.setattr(transport, "SECONDS_FOR_A_MESSAGE", 0.3)
        with pytest.raises(UncertainError):
            await way(postman, server).send(mail("0192"))
    await asyncio.gather(server.has_it.acquire(), server.has_it.acquire())
    server.word.set()
    await until_told(postman, server, "0192")
    assert Acknowledged(folder_of(folder)).holds("0192")
    await way(postman, server).send(mail("0192"))
    assert len(server.received) == 2


async def test_by_another_server_a_message_leaves_only_once_the_first_has_not_taken_it(
    server: PatientServer, postman: Postman
) -> None:
    server.word.clear()
    server.answers["END"] = "450 4.2.0 come back"
    first = asyncio.create_task(way(postman, server).send(mail("0192")))
    await server.has_it.acquire()
    named = PostmanTransport(postman, f"smtp://localhost:{server.port}?starttls=never", SENDER)
    other = asyncio.create_task(named.send(mail("0192")))
    await way_is_busy(postman)
    assert len(server.received) == 1
    server.word.set()
    for one in (first, other):
        with pytest.raises(DeferredError):
            await one
    assert len(server.received) == 2
