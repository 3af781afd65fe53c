"""A mail comes back to an address of its own, which nobody can make up; only a real loss counts."""

from uuid import UUID, uuid4

import pytest
from creneau_infra.mail.bounces import LONGEST, Returned, ReturnPath, read_notice

PATH = ReturnPath("retours.example.org", "a secret of thirty-two characters!")
TENANT, MESSAGE = uuid4(), uuid4()


def notice(
    to: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "smtp; 550 5.1.1 <zoe@example.org>: Recipient address rejected",
    kind: str = "delivery-status",
) -> bytes:
    """Write what Postfix sends back."""
    return f"""\
Return-Path: <>
Delivered-To: {to}
From: MAILER-DAEMON@mail.example.org (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="AAA"

--AAA
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--AAA
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
Arrival-Date: Tue, 24 Nov 2026 09:30:00 +0100 (CET)

Final-Recipient: rfc822; zoe@example.org
Original-Recipient: rfc822;zoe@example.org
Action: {action}
Status: {status}
Diagnostic-Code: {said}

--AAA
Content-Type: text/rfc822-headers

Subject: Rendez-vous

--AAA--
""".replace("\n", "\r\n").encode()


def test_an_address_names_its_message_and_fits_before_any_at_sign() -> None:
    address = PATH.address(TENANT, MESSAGE)
    local, _, domain = address.partition("@")
    assert domain == "retours.example.org"
    assert len(local) == 48
    assert local.isalnum()
    for written in (address, address.upper(), f" {address} "):
        assert PATH.read(written) == Returned(MESSAGE, TENANT.bytes[-4:])
    assert Returned(MESSAGE, TENANT.bytes[-4:]).is_of(TENANT)
    assert not Returned(MESSAGE, b"\0\0\0\0").is_of(TENANT)


def test_no_address_can_be_made_up_or_changed() -> None:
    address = PATH.address(TENANT, MESSAGE)
    changed = ("b" if address[0] == "a" else "a") + address[1:]
    other = ReturnPath("retours.example.org", "another secret of thirty-two chars")
    for made_up in (
        changed,
        other.address(TENANT, MESSAGE),
        address.replace("retours", "elsewhere"),
        "zoe@retours.example.org",
        "@retours.example.org",
        "é" * 48 + "@retours.example.org",
        "",
    ):
        assert PATH.read(made_up) is None


def test_a_notice_says_to_whom_it_came_and_why() -> None:
    address = PATH.address(TENANT, MESSAGE)
    found = read_notice(notice(address))
    assert found is not None
    assert set(found.addresses) == {address}
    assert (found.reply.code, found.reply.status) == (550, "5.1.1")


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        ("5.0.0", "smtp; 552 5.2.2 Mailbox full", "5.2.2"),
        ("5.2.2", "smtp; 552 5.0.0 no", "5.2.2"),
        ("", "x-unix; user unknown", ""),
        ("4.4.1", "connection timed out", "4.4.1"),
    ],
)
def test_the_more_telling_code_counts(status: str, said: str, expected: str) -> None:
    found = read_notice(notice("a@example.org", status=status, said=said))
    assert found is not None
    assert found.reply.status == expected


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_is_late_or_arrived_is_no_loss(action: str) -> None:
    assert read_notice(notice("a@example.org", action=action)) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: Bonjour\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n",
        b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\nno parts",
        (
            b"Content-Type: multipart/report; report-type=delivery-status; boundary=A\r\n\r\n--A\r\n"
            b"Content-Type: message/delivery-status\r\n\r\n"
        ),
        notice("a@example.org", kind="disposition-notification"),
        b"x" * (LONGEST + 10),
    ],
)
def test_other_mail_is_no_notice(content: bytes) -> None:
    assert read_notice(content) is None


def test_ids_are_whole() -> None:
    for number in range(3):
        message = UUID(int=number)
        found = PATH.read(PATH.address(TENANT, message))
        assert found is not None
        assert found.message_id == message
