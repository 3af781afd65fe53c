"""A line in front of a motive at its opening, set by who administers it."""

from datetime import UTC, datetime, timedelta

import pytest
from creneau.admission import service as admission
from creneau.context import SYSTEM

from tests.days import tomorrow
from tests.web.admin.conftest import Entered
from tests.web.admin.motive_cast import one
from tests.web.backoffice.cast import Office
from tests.web.public.citizen import words
from tests.web.stage import Clients

FILE = "/file"


def form(version: str = "", **changes: str) -> dict[str, str]:
    day = {"day": f"{tomorrow():%Y-%m-%d}", "time": "9:00"}
    return {"version": version, "up": "yes", **day, "each_minute": "30", **changes}


async def test_strangers_and_agents_set_no_line(
    office: Office, client: Clients, entered: Entered
) -> None:
    page = one(office, FILE)
    assert (await client(office.tenant).get(page)).status_code == 303
    bea = await entered("Bea")
    assert (await bea.get(page)).status_code == 403
    assert (await bea.submit(page, form())).status_code == 403
    assert await admission.line_now(office.motive) is None


async def test_a_line_is_put_up_changed_and_taken_away(office: Office, entered: Entered) -> None:
    alice = await entered("Alice")
    assert "chacun réserve sans attendre" in words(await alice.get(one(office)))
    answer = await alice.submit(one(office, FILE), form())
    assert answer.headers["location"] == one(office, "#line")
    line = await admission.line_now(office.motive)
    assert line is not None
    assert line.per_second == 0.5
    assert (line.opens_at - datetime.combine(tomorrow(), datetime.min.time(), UTC)) < timedelta(
        hours=9
    )
    shown = words(await alice.get(one(office)))
    assert "à 9 h : 30 personnes entrent par minute" in shown.replace("\u00a0", " ")
    page = await alice.get(one(office, FILE))
    assert 'name="time" value="09:00"' in page.text
    version = page.text.split('name="version" value="')[1].split('"')[0]
    await alice.submit(one(office, FILE), form(version, each_minute="600"))
    changed = await admission.line_now(office.motive)
    assert changed is not None
    assert changed.per_second == 10
    page = await alice.get(one(office, FILE))
    version = page.text.split('name="version" value="')[1].split('"')[0]
    await alice.submit(one(office, FILE), {"version": version})
    assert await admission.line_now(office.motive) is None


async def test_whoever_saves_second_is_shown_what_stands(office: Office, entered: Entered) -> None:
    alice = await entered("Alice")
    await alice.submit(one(office, FILE), form())
    for stale in (form(each_minute="5"), form("another", each_minute="5"), {"version": "another"}):
        answer = await alice.submit(one(office, FILE), stale)
        assert answer.status_code == 409
        assert "30 personnes entrent par minute" in words(answer)
    line = await admission.line_now(office.motive)
    assert line is not None
    assert line.per_second == 0.5
    await admission.switch_off(office.motive, SYSTEM)
    for gone in (form("another"), {"version": "another"}):
        assert (await alice.submit(one(office, FILE), gone)).status_code == 409
    assert await admission.line_now(office.motive) is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"day": ""}, "Indiquez une date"),
        ({"day": "9999-12-31"}, "Indiquez une date"),
        ({"time": "midi"}, "Indiquez une heure"),
        ({"each_minute": "0"}, "de 1 à 60 000"),
        ({"each_minute": "<script>"}, "de 1 à 60 000"),
    ],
)
async def test_what_cannot_be_is_refused_and_kept_as_typed(
    office: Office, entered: Entered, changes: dict[str, str], sentence: str
) -> None:
    alice = await entered("Alice")
    answer = await alice.submit(one(office, FILE), form(**changes))
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "<script>" not in answer.text.split("<main")[1].split("</main")[0]
    assert 'name="version" value=""' in answer.text
    assert await admission.line_now(office.motive) is None
