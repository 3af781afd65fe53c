"""What was typed is not lost when a session ends before it is sent, and is never sent by itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from creneau.agents.managing import service as managing
from creneau.agents.managing.schemas import Parting
from creneau.context import SYSTEM, acting_for
from creneau.database import tenant_transaction
from creneau_infra.clock import now
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE
from creneau_web.unsent import keeping
from creneau_web.unsent import service as unsent

from tests.web.admin.conftest import Entered
from tests.web.admin.filling import fields_of
from tests.web.backoffice.cast import Office
from tests.web.planning.cast import NEW, mornings, openings
from tests.web.stage import Clients, Visitor

SAID = "Voici ce que vous aviez écrit avant la fin de votre session."


async def end_sessions(office: Office) -> None:
    """Let a night pass for everybody who is signed in."""
    with acting_for(office.tenant):
        async with tenant_transaction() as tx:
            await tx.execute(
                "UPDATE session SET expires_at = now() - interval '1 minute' WHERE tenant_id = $1",
                tx.tenant_id,
            )


async def send_too_late(
    visitor: Visitor, office: Office, typed: Mapping[str, Any], path: str = NEW
) -> str:
    """Type into a page, and send it when the session is over; gives where that leads."""
    await visitor.get(path)
    await end_sessions(office)
    data = {"csrf_token": visitor.form_token(), **typed}
    headers = {"origin": visitor.origin, "referer": f"{visitor.origin}{path}"}
    answer = await visitor.post(path, data=data, headers=headers)
    assert answer.status_code == 303
    return answer.headers["location"]


async def back_in(visitor: Visitor, office: Office, name: str) -> None:
    with acting_for(office.tenant):
        _session, secret = await auth.open_session(getattr(office, name))
    visitor.cookies.set(COOKIE, secret, domain=str(visitor.base_url.host))


async def test_the_form_stands_there_again_and_nothing_was_sent(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    typed = mornings(office, title='Le "mardi" & <b>', days=["TU", "FR"])
    way = await send_too_late(bea, office, typed)
    assert way == f"/agents/connexion?next={NEW}"
    assert "est gardé une demi-heure" in (await bea.get(way)).text
    await back_in(bea, office, "bea")
    page = (await bea.get(NEW)).text
    assert SAID in page
    shown = fields_of(page)
    assert shown["title"] == ['Le "mardi" & <b>']
    assert shown["days"] == ["TU", "FR"]
    assert shown["motives"] == [str(office.motive)]
    assert shown["place_id"] == str(office.place)
    assert shown["repetition"] == "weekly"
    assert shown["ends"] == ["times"]
    assert await openings(office) == []
    assert SAID not in (await bea.get(NEW)).text
    sent = await bea.submit(NEW, shown)
    assert sent.status_code == 303
    assert len(await openings(office)) == 1


async def test_a_version_comes_back_with_the_form_that_was_made_from_it(
    entered: Entered, office: Office
) -> None:
    bea, alice = await entered("Bea"), await entered("Alice")
    await bea.submit(NEW, mornings(office, first_day="2030-05-06"))
    (one,) = [one for one in await openings(office) if one.title]
    path = f"/plages/{one.id}"
    typed = {**fields_of((await bea.get(path)).text), "title": "La mienne"}
    await alice.submit(path, {**fields_of((await alice.get(path)).text), "title": "La sienne"})
    await send_too_late(bea, office, typed, path)
    await back_in(bea, office, "bea")
    page = (await bea.get(path)).text
    assert fields_of(page)["title"] == ["La mienne"]
    late = await bea.submit(path, fields_of(page))
    assert late.status_code == 409
    assert "Nom : La sienne" in late.text


async def test_nobody_else_reads_what_was_kept(entered: Entered, office: Office) -> None:
    bea = await entered("Bea")
    await send_too_late(bea, office, mornings(office, title="Chez Mireille"))
    await back_in(bea, office, "alice")
    page = (await bea.get(NEW)).text
    assert SAID not in page
    assert "Chez Mireille" not in page
    await back_in(bea, office, "bea")
    assert "Chez Mireille" in (await bea.get(NEW)).text


async def test_what_another_site_sends_is_not_kept(entered: Entered, office: Office) -> None:
    bea = await entered("Bea")
    await bea.get(NEW)
    await end_sessions(office)
    for headers in ({"origin": "https://mal.example"}, {"origin": bea.origin}):
        answer = await bea.post(NEW, data=mornings(office), headers=headers)
        assert answer.status_code == 303
    await back_in(bea, office, "bea")
    assert SAID not in (await bea.get(NEW)).text


async def test_a_stranger_keeps_nothing(client: Clients, office: Office) -> None:
    nobody = client(office.tenant)
    nobody.cookies.set(COOKIE, "x" * 43, domain=str(nobody.base_url.host))
    nobody.cookies.set(keeping.COOKIE, "x" * 43, domain=str(nobody.base_url.host))
    answer = await nobody.submit(NEW, mornings(office))
    assert "est gardé" not in (await nobody.get(answer.headers["location"])).text
    assert not await unsent.keep("x" * 43, NEW, NEW, {"title": ["x"]})


async def test_a_living_session_keeps_its_own(entered: Entered, office: Office) -> None:
    with acting_for(office.tenant):
        _session, secret = await auth.open_session(office.bea)
        assert not await unsent.keep(secret, NEW, NEW, {"title": ["x"]})
        assert await unsent.take(secret, office.bea, NEW) is None
    assert await entered("Bea")


async def test_what_was_kept_is_sealed_and_over_after_half_an_hour(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    await send_too_late(bea, office, mornings(office, password="a secret of mine"))
    async with tenant_transaction() as tx:
        rows = await tx.rows("SELECT data::text FROM session WHERE tenant_id = $1", tx.tenant_id)
        kept = "".join(row["data"] for row in rows)
        assert "unsent" in kept
        assert "Consultation" not in kept
        await tx.execute(
            """
            UPDATE session SET data = jsonb_set(data, '{unsent,until}', '"2020-01-01T00:00:00Z"')
            WHERE tenant_id = $1 AND data ? 'unsent'
            """,
            tx.tenant_id,
        )
    await back_in(bea, office, "bea")
    assert SAID not in (await bea.get(NEW)).text


async def test_passwords_are_not_kept(entered: Entered, office: Office) -> None:
    bea = await entered("Bea")
    await send_too_late(bea, office, mornings(office, new_password="mine", client_secret="ours"))
    secret = bea.cookies[keeping.COOKIE]
    found = await unsent.take(secret, office.bea, NEW)
    assert found is not None
    assert "title" in found.values
    assert not {"new_password", "client_secret", "csrf_token"} & set(found.values)


async def test_another_tab_that_met_the_end_first_takes_nothing_away(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    await bea.get(NEW)
    await end_sessions(office)
    assert (await bea.get("/agents")).status_code == 303
    assert not bea.cookies.get(COOKIE)
    headers = {"origin": bea.origin, "referer": f"{bea.origin}{NEW}"}
    data = {"csrf_token": bea.form_token(), **mornings(office)}
    assert (await bea.post(NEW, data=data, headers=headers)).status_code == 303
    await back_in(bea, office, "bea")
    assert SAID in (await bea.get(NEW)).text


async def sign_out_elsewhere(visitor: Visitor, office: Office, **changes: Any) -> str:
    """Type into one tab, sign out in another, and send; gives where that leads."""
    await visitor.get(NEW)
    data = {"csrf_token": visitor.form_token(), **mornings(office, **changes)}
    assert (await visitor.submit("/agents/deconnexion")).status_code == 303
    headers = {"origin": visitor.origin, "referer": f"{visitor.origin}{NEW}"}
    answer = await visitor.post(NEW, data=data, headers=headers)
    assert answer.status_code == 303
    return answer.headers["location"]


async def test_who_signs_out_in_another_tab_finds_the_form_again_when_they_come_back(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    way = await sign_out_elsewhere(bea, office, title="Chez Mireille")
    page = (await bea.get(way)).text
    assert "est gardé dix minutes pour vous seul" in page
    assert "Chez Mireille" not in page
    await back_in(bea, office, "bea")
    page = (await bea.get(NEW)).text
    assert SAID in page
    assert fields_of(page)["title"] == ["Chez Mireille"]
    assert await openings(office) == []
    assert not bea.cookies.get(keeping.FORMER)
    assert SAID not in (await bea.get(NEW)).text


async def test_who_sits_down_next_after_a_sign_out_sees_nothing_of_it(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    await sign_out_elsewhere(bea, office, title="Chez Mireille")
    await back_in(bea, office, "alice")
    page = (await bea.get(NEW)).text
    assert SAID not in page
    assert "Chez Mireille" not in page


async def test_a_form_of_before_a_sign_out_is_never_believed_for_anything_else(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    await bea.get(NEW)
    data = {"csrf_token": bea.form_token(), **mornings(office)}
    await bea.submit("/agents/deconnexion")
    await back_in(bea, office, "alice")
    sent = await bea.post(NEW, data=data, headers={"origin": bea.origin})
    assert sent.status_code == 403
    assert await openings(office) == []


async def test_another_site_keeps_nothing_after_a_sign_out_either(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    await bea.get(NEW)
    token = bea.form_token()
    await bea.submit("/agents/deconnexion")
    mallory = {"origin": "https://mal.example", "referer": f"{bea.origin}{NEW}"}
    ours = {"origin": bea.origin, "referer": f"{bea.origin}{NEW}"}
    for headers, given in ((mallory, token), (ours, "x" * 64), (ours, "")):
        data = {"csrf_token": given, **mornings(office)}
        assert (await bea.post(NEW, data=data, headers=headers)).status_code == 303
    await back_in(bea, office, "bea")
    assert SAID not in (await bea.get(NEW)).text


async def test_what_was_kept_after_a_sign_out_is_over_after_ten_minutes(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    await sign_out_elsewhere(bea, office)
    async with tenant_transaction() as tx:
        until = await tx.value(
            "SELECT data #>> '{unsent,until}' FROM session WHERE tenant_id = $1 AND data ? 'unsent'",
            tx.tenant_id,
        )
    left = datetime.fromisoformat(until) - now()
    assert timedelta(minutes=8) < left <= timedelta(minutes=10)


async def test_a_part_of_a_page_is_not_replaced_by_the_page_of_sign_in(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    await bea.get(NEW)
    await end_sessions(office)
    answer = await bea.post(
        "/plages/apercu",
        data={"csrf_token": bea.form_token(), **mornings(office)},
        headers={"origin": bea.origin, "hx-request": "true"},
    )
    assert (answer.status_code, answer.text) == (401, "")


async def test_a_removed_agent_gets_nothing_back(entered: Entered, office: Office) -> None:
    bea = await entered("Bea")
    await send_too_late(bea, office, mornings(office))
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE agent SET state = 'removed' WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            office.bea,
        )
    await back_in(bea, office, "bea")
    assert (await bea.get(NEW)).headers["location"].startswith("/agents/connexion")


async def test_a_removed_agent_is_not_promised_that_a_form_is_kept(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    await bea.get(NEW)
    await managing.remove(office.bea, Parting(), SYSTEM)
    headers = {"origin": bea.origin, "referer": f"{bea.origin}{NEW}"}
    data = {"csrf_token": bea.form_token(), **mornings(office)}
    answer = await bea.post(NEW, data=data, headers=headers)
    assert "est gardé" not in (await bea.get(answer.headers["location"])).text
    async with tenant_transaction() as tx:
        rows = await tx.rows("SELECT data::text FROM session WHERE tenant_id = $1", tx.tenant_id)
    assert "unsent" not in "".join(row["data"] for row in rows)
