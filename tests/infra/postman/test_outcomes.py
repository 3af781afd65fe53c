"""What becomes of a mail is told from one process to the other as if there were one."""

import msgspec
import pytest
from creneau_infra import outgoing
from creneau_infra.mail.errors import (
    DeferredError,
    MailRefusedError,
    ServerAwayError,
    UncertainError,
)
from creneau_infra.mail.replies import reply_of
from creneau_infra.mail.servers import MailServer
from creneau_infra.postman.client import Postman
from creneau_infra.postman.transport import PostmanTransport
from creneau_infra.settings import Settings

from tests.infra.postman.patient import PatientServer, way
from tests.infra.sender import SENDER, mail


@pytest.mark.parametrize(
    ("step", "answer", "error", "status"),
    [
        ("RCPT", "550 5.1.1 unknown", MailRefusedError, "5.1.1"),
        ("END", "550 5.7.1 no", MailRefusedError, "5.7.1"),
        ("RCPT", "450 4.2.0 greylisted", DeferredError, "4.2.0"),
        ("MAIL", "421 4.3.2 shutting down", ServerAwayError, "4.3.2"),
    ],
)
async def test_what_a_server_refuses_is_told_with_its_own_words(
    server: PatientServer,
    postman: Postman,
    step: str,
    answer: str,
    error: type[Exception],
    status: str,
) -> None:
    server.answers[step] = answer
    with pytest.raises(error) as caught:
        await way(postman, server).send(mail("0192"))
    reply = reply_of(caught.value)
    assert reply is not None
    assert reply.status == status
    del server.answers[step]
    await way(postman, server).send(mail("0192"))
    assert len(server.received) == (2 if step == "END" else 1)


@pytest.mark.parametrize(
    ("step", "error"),
    [("RCPT", ServerAwayError), ("MIDDLE", UncertainError), ("END", UncertainError)],
)
async def test_a_connection_that_is_cut_means_what_it_meant(
    server: PatientServer, postman: Postman, step: str, error: type[Exception]
) -> None:
    server.hangs_up_at = step
    with pytest.raises(error):
        await way(postman, server).send(mail("0192"))
    server.hangs_up_at = ""
    await way(postman, server).send(mail("0192"))


async def test_a_server_that_is_away_is_the_server_s_trouble(postman: Postman) -> None:
    with pytest.raises(ServerAwayError) as caught:
        await way(postman, PatientServer()).send(mail("0192"))
    assert caught.value.trouble == "unreachable"


async def test_a_tenant_s_server_is_never_one_of_ours_unless_the_operator_says_so(
    server: PatientServer, postman: Postman, settings: Settings
) -> None:
    own = MailServer(host="127.0.0.1", port=server.port, security="opportunistic")
    with pytest.raises(ServerAwayError) as caught:
        await PostmanTransport(postman, own, SENDER).send(mail("0192"))
    assert caught.value.trouble == "private"
    assert server.connections == 0
    opened = (f"127.0.0.1:{server.port}",)
    outgoing.configure(msgspec.structs.replace(settings, outgoing_private_hosts=opened))
    await PostmanTransport(postman, own, SENDER).send(mail("0192"))
    outgoing.configure(settings)
    assert len(server.received) == 1
