"""The line in front of a motive, as its people see it: kept, in order, and told in words."""

from datetime import timedelta

import pytest
from creneau.admission import service as admission
from creneau.context import SYSTEM, Tenant
from creneau_infra import clock
from creneau_infra.postgres.engine import DB
from creneau_web.app import Application, create_app

from tests.platform.cast import Town
from tests.web.public.citizen import book_first, hold_first, identify, path_to, slots_in, words
from tests.web.stage import Clients, Visitor, running

LINE = "Vous êtes dans la file d’attente"


async def open_line(town: Town, *, minutes: float = 0, per_second: float = 0.01) -> None:
    opens_at = clock.now() + timedelta(minutes=minutes)
    await admission.switch_on(town.motive, opens_at, per_second, SYSTEM)


async def let_all_in(town: Town) -> None:
    await admission.switch_on(town.motive, clock.now() - timedelta(hours=1), 1000, SYSTEM)


async def test_before_the_opening_everybody_waits_and_knows_how_many_are_ahead(
    jeanne: Visitor, paul: Visitor, town: Town
) -> None:
    await open_line(town, minutes=90, per_second=1)
    first, second = await jeanne.get(path_to(town)), await paul.get(f"/rdv/{town.motive}")
    for page in (first, second):
        assert page.status_code == 200
        assert LINE in words(page)
        assert "Les réservations ouvriront le" in words(page)
        assert slots_in(page) == []
        assert "environ 2 heures" in words(page) or "environ 90 minutes" in words(page)
        assert 'role="status"' in page.text
    assert "Vous êtes la prochaine personne." in words(first)
    assert "1 personne est devant vous." in words(second)


async def test_a_place_survives_reloads_another_page_and_another_language(
    jeanne: Visitor, paul: Visitor, town: Town
) -> None:
    await open_line(town, minutes=5)
    await paul.get(path_to(town))
    for path in (path_to(town), path_to(town), f"/rdv/{town.motive}"):
        assert "1 personne est devant vous." in words(await jeanne.get(path))
    english = await jeanne.get(f"{path_to(town)}?lang=en")
    assert "1 person is ahead of you." in words(english)
    assert "You are in the queue" in words(english)


async def test_a_place_survives_a_restart_of_the_server_and_of_its_connections(
    app: Application, client: Clients, tenant: Tenant, jeanne: Visitor, paul: Visitor, town: Town
) -> None:
    await open_line(town, minutes=5)
    await jeanne.get(path_to(town))
    before = words(await paul.get(path_to(town)))
    await DB.stop_pool()
    await DB.start_pool(app.settings.postgres_app_url or "", size=10)
    async with running(create_app(app.settings)) as restarted:
        again = Visitor(restarted, paul.base_url.host, "198.51.100.7")
        again.cookies = paul.cookies
        assert words(await again.get(path_to(town))) == before
        newcomer = Visitor(restarted, paul.base_url.host, "198.51.100.8")
        assert "2 personnes sont devant vous." in words(await newcomer.get(path_to(town)))
        await again.aclose()
        await newcomer.aclose()
    del client, tenant


async def test_whoever_is_first_comes_in_and_the_next_one_waits(
    jeanne: Visitor, paul: Visitor, town: Town
) -> None:
    await open_line(town)
    assert slots_in(await jeanne.get(path_to(town)))
    assert LINE in words(await paul.get(path_to(town)))
    # Once in, always in: nothing has to be done in a hurry.
    assert slots_in(await jeanne.get(path_to(town)))
    await let_all_in(town)
    assert slots_in(await paul.get(path_to(town)))


async def test_nobody_passes_the_line_by_sending_the_form(
    jeanne: Visitor, paul: Visitor, town: Town
) -> None:
    slot = slots_in(await jeanne.get(path_to(town)))[0]
    await open_line(town)
    await jeanne.get(path_to(town))
    answer = await paul.submit(f"{path_to(town)}/reservation", {"slot": slot})
    assert (answer.status_code, answer.headers["location"]) == (303, path_to(town))
    assert LINE in words(await paul.get(path_to(town)))
    assert slot in slots_in(await jeanne.get(path_to(town)))


async def test_a_forged_place_is_a_new_arrival(jeanne: Visitor, paul: Visitor, town: Town) -> None:
    await open_line(town, minutes=5)
    await jeanne.get(path_to(town))
    await paul.get(path_to(town))
    name, sealed = next(
        (cookie.name, cookie.value or "")
        for cookie in paul.cookies.jar
        if cookie.name.startswith("line-")
    )
    paul.cookies.set(name, f"x{sealed}", domain=str(paul.base_url.host))
    assert "2 personnes sont devant vous." in words(await paul.get(path_to(town)))


async def test_a_hold_is_never_dropped_by_a_line(
    jeanne: Visitor, paul: Visitor, town: Town
) -> None:
    held = await hold_first(jeanne, town)
    await open_line(town, minutes=60)
    await paul.get(path_to(town))
    assert LINE not in words(await jeanne.get(path_to(town)))
    await identify(jeanne, held)
    done = await jeanne.submit(f"{held}/confirmation")
    assert done.headers["location"] == f"{held}/termine"


async def test_without_a_line_the_path_is_as_ever(jeanne: Visitor, town: Town) -> None:
    await book_first(jeanne, town)
    await open_line(town)
    await admission.switch_off(town.motive, SYSTEM)
    answer = await jeanne.get(path_to(town))
    assert slots_in(answer)
    assert not [cookie for cookie in jeanne.cookies.jar if cookie.name.startswith("line-")]


@pytest.mark.parametrize("path", ["/rdv/{motive}", "/rdv/{motive}/{place}"])
async def test_other_motives_have_no_line(jeanne: Visitor, town: Town, path: str) -> None:
    answer = await jeanne.get(path.format(motive=town.motive, place=town.place))
    assert answer.status_code in {200, 302, 307}
    assert LINE not in words(answer)
