"""When a motive reminds, typed as sentences and shown as what it comes to (C-81)."""

from datetime import time

import pytest
from creneau.context import SYSTEM, acting_for
from creneau.motives.schemas import Reminder
from creneau.planning import service as planning
from creneau.planning.schemas import EditMotive
from creneau_web.admin.motive_form import draft_of
from msgspec.structs import replace

from tests.web.admin.conftest import Entered
from tests.web.admin.motive_cast import LIST, one, saved, typed
from tests.web.backoffice.cast import Office
from tests.web.public.citizen import words

DAY = 24 * 60


async def test_a_motive_reminds_two_days_before_until_somebody_says_otherwise(
    office: Office, entered: Entered
) -> None:
    alice = await entered("Alice")
    page = await alice.get(one(office))
    assert 'id="reminder-1" name="reminder-1" value="2"' in page.text
    assert 'name="reminder-2"' in page.text
    assert 'name="reminder-3"' not in page.text
    lines = {
        "reminder-1": "7",
        "reminder-1_unit": "days",
        "reminder-1_at": "",
        "reminder-2": "1",
        "reminder-2_unit": "days",
        "reminder-2_at": "18:00",
    }
    answer = await alice.submit(one(office), await typed(office.motive, **lines))
    assert answer.status_code == 303
    assert (await saved(office)).reminders == (Reminder(7 * DAY), Reminder(DAY, time(18)))
    assert "Modifié : rappels." in words(await alice.get(LIST + f"/{office.motive}"))
    none = dict.fromkeys(lines, "")
    await alice.submit(one(office), await typed(office.motive, **none))
    assert (await saved(office)).reminders == ()


async def test_the_preview_says_when_reminders_leave(office: Office, entered: Entered) -> None:
    alice = await entered("Alice")
    lines = {"reminder-1": "1", "reminder-1_unit": "days", "reminder-1_at": "18:00"}
    form = await typed(office.motive, preview_of=str(office.motive), **lines)
    shown = words(await alice.submit(f"{LIST}/apercu", form))
    assert "un rappel part" in shown
    assert "à 18 h." in shown
    nothing = await typed(office.motive, preview_of=str(office.motive), **{"reminder-1": ""})
    assert "Aucun rappel ne part." in words(await alice.submit(f"{LIST}/apercu", nothing))


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ({"reminder-1": "bientôt"}, "Écrivez un nombre entier, comme 2, ou videz la ligne."),
        ({"reminder-1": "2", "reminder-1_unit": "ans"}, "Choisissez des minutes, des heures"),
        ({"reminder-1": "2", "reminder-1_at": "25:00"}, "Écrivez l’heure comme 18:00"),
        (
            {"reminder-1": "3", "reminder-1_unit": "hours", "reminder-1_at": "18:00"},
            "comptez en jours entiers",
        ),
        ({"reminder-1": "1", "reminder-1_unit": "minutes"}, "entre 15 minutes et 90 jours"),
    ],
)
async def test_a_line_that_cannot_be_is_refused_and_kept_as_typed(
    office: Office, entered: Entered, lines: dict[str, str], sentence: str
) -> None:
    alice = await entered("Alice")
    answer = await alice.submit(one(office), await typed(office.motive, **lines))
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert f'name="reminder-1" value="{lines["reminder-1"]}"' in answer.text
    assert (await saved(office)).reminders == (Reminder(2 * DAY),)


async def test_whoever_saves_second_is_shown_the_reminders_of_the_first(
    office: Office, entered: Entered
) -> None:
    alice = await entered("Alice")
    form = await typed(office.motive, **{"reminder-1": "3"})
    with acting_for(office.tenant):
        now = await saved(office)
        draft = replace(draft_of(now), reminders=(Reminder(DAY, time(9)),))
        await planning.save(EditMotive(now.id, draft, now.version), SYSTEM)
    answer = await alice.submit(one(office), form)
    assert answer.status_code == 409
    assert "1 jour avant à 9 h" in words(answer)
