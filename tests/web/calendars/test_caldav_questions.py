"""What programs ask of a calendar, word by word as they send it, and what nobody should ask."""

from typing import Any
from uuid import uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.context import SYSTEM
from defusedxml.ElementTree import fromstring

from tests.days import tomorrow
from tests.web.backoffice.cast import Office, at, book
from tests.web.calendars.cast import SPACES, C, D, agenda_of, beas_program, events_in, uid
from tests.web.stage import Clients


async def test_apples_and_thunderbirds_questions_are_answered(
    client: Clients, office: Office
) -> None:
    booking = await book(office, at(tomorrow(), 10))
    program = await beas_program(client, office)
    apple = f"""<?xml version="1.0" encoding="UTF-8"?><d:propfind {SPACES}
        xmlns:ic="http://apple.com/ns/ical/"><d:prop><cs:getctag/><d:displayname/>
        <ic:calendar-color/><ic:calendar-order/><d:resourcetype/><d:sync-token/>
        <c:supported-calendar-component-set/><d:current-user-privilege-set/><d:owner/>
        <cs:source/><d:quota-used-bytes/></d:prop></d:propfind>"""
    found = await program.asks("PROPFIND", f"/caldav/{office.bea}/agendas/", apple, depth="1")
    text = found.text
    assert "<cs:getctag>" in text
    assert '<c:comp name="VEVENT" />' in text
    assert "HTTP/1.1 404 Not Found" in text
    brief = await program.asks(
        "PROPFIND", agenda_of(office.bea), apple, depth="0", prefer="return=minimal"
    )
    assert "404" not in brief.text

    thunderbird = f"""<d:propfind {SPACES}><d:prop><d:getcontenttype/><d:resourcetype/>
        <d:getetag/></d:prop></d:propfind>"""
    listed = await program.asks("PROPFIND", agenda_of(office.bea), thunderbird, depth="1")
    href = f"{agenda_of(office.bea)}{booking.id}.ics"
    hrefs = [one.text for one in fromstring(listed.content).iter(f"{D}href")]
    assert hrefs == [agenda_of(office.bea), href]

    everything = await program.asks("PROPFIND", agenda_of(office.bea), depth="0")
    assert "Bea Martin" in everything.text
    names = await program.asks(
        "PROPFIND",
        agenda_of(office.bea),
        f"<d:propfind {SPACES}><d:propname/></d:propfind>",
        depth="0",
    )
    assert "Bea Martin" not in names.text

    davx5 = f"""<c:calendar-multiget {SPACES}><d:prop><d:getetag/><c:calendar-data/></d:prop>
        <d:href>{href}</d:href><d:href>{agenda_of(office.bea)}{uuid4()}.ics</d:href>
        </c:calendar-multiget>"""
    fetched = fromstring((await program.asks("REPORT", agenda_of(office.bea), davx5)).content)
    present, missing = fetched.findall(f"{D}response")
    data = present.findtext(f".//{C}calendar-data") or ""
    assert [*events_in(data.encode())] == [uid(booking.id, office.tenant)]
    assert "METHOD" not in data
    assert missing.findtext(f"{D}status") == "HTTP/1.1 404 Not Found"

    got = await program.asks("GET", href)
    assert got.content.decode() == data.replace("\n", "\r\n").replace("\r\r", "\r")
    assert got.headers["etag"] == present.findtext(f".//{D}getetag")
    again = await program.asks("GET", href, **{"if-none-match": got.headers["etag"]})
    assert again.status_code == 304


async def test_a_program_that_knows_an_old_state_begins_anew(
    client: Clients, office: Office
) -> None:
    booking = await book(office, at(tomorrow(), 10))
    program, agenda = await beas_program(client, office), agenda_of(office.bea)

    async def synchronise(token: str) -> Any:
        question = f"""<d:sync-collection {SPACES}><d:sync-token>{token}</d:sync-token>
            <d:sync-level>1</d:sync-level><d:prop><d:getetag/></d:prop></d:sync-collection>"""
        return await program.asks("REPORT", agenda, question)

    first = fromstring((await synchronise("")).content)
    token = first.findtext(f"{D}sync-token") or ""
    assert len(first.findall(f"{D}response")) == 1
    same = fromstring((await synchronise(token)).content)
    assert (same.findall(f"{D}response"), same.findtext(f"{D}sync-token")) == ([], token)
    await appointments.cancel(booking.id, SYSTEM)
    refused = await synchronise(token)
    assert refused.status_code == 403
    assert "valid-sync-token" in refused.text
    assert (fromstring((await synchronise("")).content)).findtext(f"{D}sync-token") != token


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        ('<c:comp-filter name="VEVENT"/>', 1),
        ('<c:comp-filter name="VTODO"/>', 0),
        ('<c:comp-filter name="VEVENT"><c:time-range end="20200101T000000Z"/></c:comp-filter>', 0),
        (
            '<c:comp-filter name="VEVENT"><c:time-range start="20200101T000000Z"/></c:comp-filter>',
            1,
        ),
    ],
)
async def test_a_question_about_a_time_is_answered(
    client: Clients, office: Office, inside: str, found: int
) -> None:
    await book(office, at(tomorrow(), 10))
    program = await beas_program(client, office)
    question = f"""<c:calendar-query {SPACES}><d:prop><d:getetag/></d:prop><c:filter>
        <c:comp-filter name="VCALENDAR">{inside}</c:comp-filter></c:filter></c:calendar-query>"""
    answer = await program.asks("REPORT", agenda_of(office.bea), question, depth="1")
    assert len(fromstring(answer.content).findall(f"{D}response")) == found


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        ("PROPFIND", "no xml", 400),
        ("PROPFIND", "<d:propfind", 400),
        ("REPORT", "", 400),
        ("REPORT", f"<c:free-busy-query {SPACES}/>", 403),
        ("REPORT", f"<c:calendar-query {SPACES}/>", 403),
        (
            "REPORT",
            f"""<c:calendar-query {SPACES}><c:filter><c:comp-filter name="VCALENDAR">
            <c:comp-filter name="VEVENT"><c:time-range start="never"/></c:comp-filter>
            </c:comp-filter></c:filter></c:calendar-query>""",
            403,
        ),
        (
            "PROPFIND",
            """<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
            <propfind>&b;</propfind>""",
            400,
        ),
        (
            "PROPFIND",
            '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><propfind>&f;</propfind>',
            400,
        ),
        (
            "PROPFIND",
            f"<d:propfind {SPACES}><d:prop>{''.join(f'<n{n}/>' for n in range(101))}</d:prop></d:propfind>",
            400,
        ),
        (
            "REPORT",
            f"<d:sync-collection {SPACES}><d:prop>{''.join(f'<n{n}/>' for n in range(101))}</d:prop></d:sync-collection>",
            400,
        ),
        (
            "PROPFIND",
            f"<d:propfind {SPACES}><d:prop>{'<d:getetag/>' * 9_000}</d:prop></d:propfind>",
            207,
        ),
        ("PROPFIND", f"<d:propfind {SPACES}>{'<d:prop>' * 100_000}", 413),
        ("PROPFIND", f"<d:propfind {SPACES}>{'<a>' * 100_000}{'</a>' * 100_000}</d:propfind>", 413),
        ("PROPFIND", f"<d:propfind {SPACES}>{'<a>' * 70_000}{'</a>' * 70_000}</d:propfind>", 207),
    ],
)
async def test_a_question_that_nobody_understands_does_no_harm(
    client: Clients, office: Office, method: str, body: str, status: int
) -> None:
    program = await beas_program(client, office)
    answer = await program.asks(method, agenda_of(office.bea), body, depth="0")
    assert answer.status_code == status
    assert "root:" not in answer.text
    assert len(answer.content) < 10_000


async def test_the_whole_tree_at_once_is_not_given(client: Clients, office: Office) -> None:
    program = await beas_program(client, office)
    for depth in ("infinity", "2", "nonsense"):
        answer = await program.asks("PROPFIND", "/caldav/", depth=depth)
        assert (answer.status_code, "propfind-finite-depth" in answer.text) == (403, True)
