"""Openings: who looks after whose, what is typed and what cannot be (C-04, C-10)."""

from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from creneau.agents.managing import service as managing
from creneau.agents.managing.schemas import Parting
from creneau.context import SYSTEM, Actor, acting_for
from creneau.database import tenant_transaction
from creneau.planning import service as planning
from creneau.planning.drafts import OpeningDraft
from creneau.resources import service as resources

from tests.web.admin.conftest import Entered
from tests.web.admin.filling import again, fields_of, retyped, shown_after
from tests.web.backoffice.cast import Office
from tests.web.planning.cast import (
    LIST,
    NEW,
    day,
    mornings,
    next_monday,
    only,
    opened,
    openings,
    slots_on,
)
from tests.web.stage import Clients


@pytest.mark.parametrize(
    "end", ["", "/nouvelle", "/{id}", "/{id}/suppression", "/{id}/dates/{day}", "/{id}/suite/{day}"]
)
async def test_strangers_sign_in_and_those_out_of_reach_are_told_so(
    client: Clients, entered: Entered, office: Office, end: str
) -> None:
    alice = await entered("Alice")
    path = await opened(alice, office)
    asked = path.removesuffix("") if "{id}" in end else LIST
    way = asked + end.replace("/{id}", "").format(day=next_monday())
    way += f"?agent={office.bea}" if "{id}" not in end else ""
    stranger = await client(office.tenant).get(way)
    assert stranger.headers["location"].startswith("/agents/connexion")
    for name, status in (("Bob", 403), ("Alice", 200), ("Bea", 200), ("Sam", 200)):
        assert (await (await entered(name)).get(way)).status_code == status, name
    assert (await alice.get(f"{LIST}/{uuid4()}")).status_code == 404
    assert (await alice.get(f"{LIST}?agent={uuid4()}")).status_code == 404
    assert (await alice.get(f"{LIST}?agent=nobody")).status_code == 404


async def test_without_any_place_the_form_says_who_can_add_one(
    entered: Entered, office: Office
) -> None:
    with acting_for(office.tenant):
        async with tenant_transaction() as tx:
            await tx.execute(
                "UPDATE place SET archived_at = now() WHERE tenant_id = $1", tx.tenant_id
            )
    page = await (await entered("Bea")).get(NEW)
    assert page.status_code == 200
    assert "Aucun lieu n’existe encore." in page.text
    assert 'href="/administration/lieux/nouveau"' not in page.text
    administrator = await (await entered("Alice")).get(NEW)
    assert 'href="/administration/lieux/nouveau"' in administrator.text


async def test_nobody_sends_a_form_for_an_agenda_out_of_reach(
    entered: Entered, office: Office
) -> None:
    path = await opened(await entered("Alice"), office)
    bob = await entered("Bob")
    for way in (NEW, path, f"{path}/suppression", f"{path}/dates/{next_monday()}"):
        assert (await bob.submit(way, mornings(office))).status_code == 403, way
    for end in ("/apercu", "/lieux-et-motifs"):
        assert (await bob.submit(LIST + end, mornings(office))).status_code == 403
    assert (await only(office)).title == "Consultation de PMI"


@pytest.mark.feature("C-10")
async def test_an_opening_is_typed_listed_in_words_and_can_be_booked(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    shown = await shown_after(bea, await retyped(bea, NEW, mornings(office)))
    assert "La plage d’ouverture est enregistrée." in shown
    assert "tous les lundis et jeudis, 10 fois" in shown
    assert "9 h – 12 h" in shown
    assert "Consultation de PMI" in shown
    assert await slots_on(office, next_monday()) != []
    assert await slots_on(office, next_monday() + timedelta(days=1)) == []
    english = (await bea.get(f"{LIST}?lang=en")).text
    assert "every Monday and Thursday, 10 times" in english


@pytest.mark.feature("C-10")
@pytest.mark.parametrize(
    ("typed", "rule", "words"),
    [
        ({"repetition": ""}, None, ""),
        ({"repetition": "daily", "ends": "never"}, "FREQ=DAILY", "tous les jours"),
        (
            {"repetition": "daily", "every": "3"},
            "FREQ=DAILY;INTERVAL=3;COUNT=10",
            "tous les 3 jours",
        ),
        (
            {"days": ["MO", "TU", "WE", "TH", "FR"], "ends": "never"},
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            "du lundi au vendredi",
        ),
        ({"days": [], "ends": "never"}, "FREQ=WEEKLY;BYDAY=MO", "tous les lundis"),
        (
            {"every": "2", "ends": "never"},
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
            "toutes les 2 semaines, le lundi et le jeudi",
        ),
        (
            {"repetition": "monthly_date", "first_day": "2030-03-15", "ends": "never"},
            "FREQ=MONTHLY;BYMONTHDAY=15",
            "le 15 de chaque mois",
        ),
        (
            {"repetition": "monthly_nth", "first_day": "2030-03-12", "every": "3", "times": "4"},
            "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU;COUNT=4",
            "tous les 3 mois, le 2e mardi, 4 fois",
        ),
        (
            {"repetition": "monthly_last", "first_day": "2030-03-29", "ends": "until"}
            | {"until": "2030-06-30"},
            "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20300630",
            "le dernier vendredi de chaque mois, jusqu’au 30 juin 2030",
        ),
    ],
)
async def test_each_way_to_repeat_is_kept_shown_again_and_said_in_words(
    entered: Entered, office: Office, typed: dict[str, Any], rule: str | None, words: str
) -> None:
    bea = await entered("Bea")
    path = await opened(bea, office, **typed)
    assert (await only(office)).recurrence == rule
    page = (await bea.get(path)).text
    assert words in page
    await shown_after(bea, await again(bea, path, page, {"title": "Autre"}))
    assert (await only(office)).recurrence == rule


async def test_a_rule_that_the_form_cannot_write_is_kept(entered: Entered, office: Office) -> None:
    rule = "FREQ=MONTHLY;BYDAY=1MO,3MO;COUNT=9"
    draft = OpeningDraft(
        resource_id=office.bea,
        place_id=office.place,
        motive_ids=(office.motive,),
        title="Deux lundis",
        first_day=next_monday(),
        start_time=time(9),
        end_time=time(10),
        recurrence=rule,
    )
    path = f"{LIST}/{await planning.create_opening(draft, SYSTEM)}"
    bea = await entered("Bea")
    page = (await bea.get(path)).text
    assert "le 1er lundi et le 3e lundi de chaque mois, 9 fois" in page
    await shown_after(bea, await again(bea, path, page, {"title": "Lundis"}))
    found = await only(office)
    assert (found.recurrence, found.title) == (rule, "Lundis")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"first_day": ""}, "Choisissez le premier jour."),
        ({"first_day": "31/02/2030"}, "Écrivez une date complète"),
        ({"first_day": "1912-01-01"}, "Choisissez une date entre 2000 et 2100."),
        ({"start_time": ""}, "Écrivez l’heure de début."),
        ({"start_time": "25:00"}, "Écrivez une heure, comme"),
        (
            {"start_time": "12:00", "end_time": "9h"},
            "L’heure de fin doit être après l’heure de début.",
        ),
        ({"place_id": ""}, "Choisissez un lieu."),
        ({"place_id": str(uuid4())}, "Choisissez un lieu."),
        ({"motives": []}, "Cochez au moins un motif."),
        ({"motives": [str(uuid4())]}, "Cochez au moins un motif."),
        ({"every": "0"}, "Écrivez un nombre de 1 à 366."),
        ({"every": "²"}, "Écrivez un nombre de 1 à 366."),
        ({"times": "10000"}, "Écrivez un nombre de fois de 1 à 3660."),
        ({"times": ""}, "Écrivez un nombre de fois de 1 à 3660."),
        ({"ends": "until", "until": ""}, "Choisissez le dernier jour de la répétition."),
        ({"ends": "until", "until": "2020-01-01"}, "La répétition finit avant de commencer."),
        ({"days": ["TU"], "ends": "until", "until": "{monday}"}, "ne tombe sur aucun jour"),
        ({"title": "x" * 201}, "200"),
    ],
)
async def test_what_cannot_be_says_why_beside_its_field_and_keeps_what_was_typed(
    entered: Entered, office: Office, wrong: dict[str, Any], sentence: str
) -> None:
    bea = await entered("Bea")
    wrong = {
        name: one.format(monday=next_monday()) if isinstance(one, str) else one
        for name, one in wrong.items()
    }
    typed = mornings(office, **{"title": "<script>{{7*7}}=1+1", **wrong})
    answer = await retyped(bea, NEW, typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "<script>{{" not in answer.text
    if "title" not in wrong:
        assert fields_of(answer.text)["title"] == ["<script>{{7*7}}=1+1"]
    assert await openings(office) == []


async def test_only_what_somebody_receives_for_is_proposed_and_accepted(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    page = (await alice.get(f"{NEW}?agent={office.bob}")).text
    assert str(office.motive) not in page
    answer = await retyped(alice, NEW, mornings(office, agent=str(office.bob)))
    assert answer.status_code == 422
    part = await alice.submit(f"{LIST}/lieux-et-motifs", mornings(office))
    assert str(office.motive) in part.text


async def test_a_room_has_openings_for_whoever_reaches_everyone(
    entered: Entered, office: Office
) -> None:
    room = await resources.create_resource("room", "Salle bleue", SYSTEM)
    alice = await entered("Alice")
    typed = mornings(office, agent=str(room))
    shown = await shown_after(alice, await retyped(alice, f"{NEW}?agent={room}", typed))
    assert "Salle bleue" in shown
    assert len(await planning.openings_of([room])) == 1
    assert (await (await entered("Bea")).get(f"{LIST}?agent={room}")).status_code == 403


async def test_the_openings_of_an_agent_who_was_removed_say_so(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    path = await opened(alice, office, first_day=day(-30), ends="never")
    page = (await alice.get(path)).text
    await managing.remove(office.bea, Parting(), Actor("agent", office.alice))
    gone = await again(alice, path, page, {"title": "Encore"})
    assert gone.status_code == 409
    assert "a quitté l’espace" in gone.text


async def test_a_list_is_empty_filtered_and_never_longer_than_the_page(
    entered: Entered, office: Office
) -> None:
    bob = await entered("Bob")
    assert "Aucune plage d’ouverture pour l’instant" in (await bob.get(LIST)).text
    bea = await entered("Bea")
    path = await opened(bea, office, first_day=day(-30), repetition="")
    listed = (await bea.get(LIST)).text
    assert path not in listed
    past = (await bea.get(f"{LIST}?filtre-quand=passees")).text
    assert path in past
    assert "Passée" in past


async def test_what_was_this_morning_is_over(
    entered: Entered, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    bea = await entered("Bea")
    path = await opened(bea, office, first_day=day(-1), repetition="")
    # The same day, when the opening has ended.
    monkeypatch.setattr("creneau_web.planning.lists.today", lambda: date.fromisoformat(day(-1)))
    past = (await bea.get(f"{LIST}?filtre-quand=passees")).text
    assert path in past
    assert "Dans plus d’un an" not in past


async def test_the_agenda_leads_to_a_form_with_its_moment(entered: Entered, office: Office) -> None:
    bea = await entered("Bea")
    page = (await bea.get(f"{NEW}?agent={office.bea}&debut=2030-05-06T09:30")).text
    typed = fields_of(page)
    assert (typed["first_day"], typed["start_time"], typed["end_time"]) == (
        ["2030-05-06"],
        ["09:30"],
        ["10:30"],
    )
    assert (await bea.get(f"{NEW}?debut=nothing")).status_code == 200
