"""From the held slot to the confirmation: nothing is typed twice, every refusal keeps what was."""

import pytest
from creneau.appointments import service as appointments
from creneau.context import SYSTEM, acting_for
from creneau.people import service as people
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.planning import service as planning
from creneau.planning.schemas import ArchivePlace

from tests.platform.cast import Town, furnish
from tests.platform.planning import open_for, soon
from tests.web.public.citizen import (
    JEANNE,
    book_first,
    codes_sent,
    hold_first,
    id_of,
    identify,
    motive_in,
    newest_code,
    path_to,
    slots_in,
    words,
)
from tests.web.stage import Clients, Visitor, new_tenant

BEFORE = "Venez avec l’enfant."
AFTER = "Apportez une photo."


@pytest.mark.feature("C-41")
async def test_a_citizen_goes_from_motive_to_confirmation(jeanne: Visitor, town: Town) -> None:
    town = await motive_in(town, instructions_before=BEFORE, instructions_after=AFTER)
    place = await jeanne.get(f"/rdv/{town.motive}")
    assert place.headers["location"] == path_to(town)
    booking = await hold_first(jeanne, town)
    assert (await jeanne.get(f"{booking}/suite")).headers["location"] == booking
    answer = await identify(jeanne, booking)
    assert answer.headers["location"] == f"{booking}/instructions"
    assert BEFORE in words(await jeanne.get(f"{booking}/instructions"))
    answer = await jeanne.submit(f"{booking}/instructions", {"accepted": "yes"})
    assert answer.headers["location"] == f"{booking}/confirmation"
    summary = await jeanne.get(f"{booking}/confirmation")
    for typed in ("Jeanne Dupont", JEANNE["email"], "Autre motif", "Place de la mairie"):
        assert typed in words(summary)
    answer = await jeanne.submit(f"{booking}/confirmation")
    done = await jeanne.get(answer.headers["location"])
    assert "Votre rendez-vous est confirmé" in words(done)
    assert AFTER in words(done)
    assert "Bob Martin" in words(done)
    mine = f"/mes-rendez-vous/{id_of(booking)}"
    for way in (f"{booking}/rendez-vous.ics", f"{mine}/deplacement", f"{mine}/annulation"):
        assert f'href="{way}"' in done.text
        assert (await jeanne.get(way)).status_code == 200


async def test_the_appointment_can_be_taken_into_ones_own_calendar(
    jeanne: Visitor, town: Town
) -> None:
    booking = await book_first(jeanne, town)
    file = await jeanne.get(f"{booking}/rendez-vous.ics")
    assert file.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "BEGIN:VEVENT" in file.text
    assert "Place de la mairie" in file.text


async def test_somebody_known_is_never_asked_again(jeanne: Visitor, town: Town) -> None:
    await book_first(jeanne, town)
    sent = await codes_sent()
    booking = await hold_first(jeanne, town)
    answer = await jeanne.get(f"{booking}/suite")
    assert answer.headers["location"] == f"{booking}/confirmation"
    assert (await jeanne.submit(f"{booking}/confirmation")).status_code == 303
    assert await codes_sent() == sent
    person = (await appointments.get(id_of(booking))).person_id
    assert person is not None
    assert len(await appointments.of_person(person)) == 2


async def test_who_has_typed_before_confirming_types_nothing_for_another_motive(
    jeanne: Visitor, town: Town
) -> None:
    await identify(jeanne, await hold_first(jeanne, town))
    booking = await hold_first(jeanne, await motive_in(town))
    answer = await jeanne.get(f"{booking}/suite")
    assert answer.headers["location"] == f"{booking}/confirmation"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("first_name", "", "Indiquez votre prénom."),
        ("last_name", " ", "Indiquez votre nom."),
        ("email", "", "Indiquez votre adresse e-mail."),
        ("email", "jeanne@", "Écrivez une adresse e-mail complète"),
        ("phone", "0612", "Écrivez un numéro de téléphone complet"),
    ],
)
async def test_a_wrong_field_is_told_beside_it_and_the_others_are_kept(
    jeanne: Visitor, town: Town, field: str, value: str, sentence: str
) -> None:
    booking = await hold_first(jeanne, town)
    answer = await jeanne.submit(booking, {**JEANNE, field: value})
    assert answer.status_code == 422
    assert words(answer).count(sentence) == 2
    assert f'href="#{field}"' in answer.text
    for name, typed in {**JEANNE, field: value.strip()}.items():
        assert typed == "" or f'name="{name}" value="{typed}"' in answer.text
    assert await codes_sent() == 0


async def test_a_wrong_code_is_told_and_another_can_be_sent(jeanne: Visitor, town: Town) -> None:
    booking = await hold_first(jeanne, town)
    await jeanne.submit(booking, JEANNE)
    first = await newest_code(JEANNE["email"])
    wrong = f"{(int(first) + 1) % 1_000_000:06d}"
    answer = await jeanne.submit(f"{booking}/code", {"code": wrong})
    assert answer.status_code == 422
    assert "Ce code n’est pas le bon." in words(answer)
    assert JEANNE["email"] in words(answer)
    again = await jeanne.submit(f"{booking}/code/envoi")
    assert "Un nouveau code vient de partir" in words(await jeanne.get(again.headers["location"]))
    second = await newest_code(JEANNE["email"])
    spaced = f" {second[:3]} {second[3:]}"
    answer = await jeanne.submit(f"{booking}/code", {"code": spaced})
    assert answer.headers["location"] == f"{booking}/confirmation"


async def test_codes_cannot_be_asked_for_without_end(jeanne: Visitor, town: Town) -> None:
    booking = await hold_first(jeanne, town)
    await jeanne.submit(booking, {**JEANNE, "email": "submergee@exemple.fr"})
    answers = [await jeanne.submit(f"{booking}/code/envoi") for _ in range(8)]
    assert answers[-1].status_code == 429
    assert "trop d’essais" in words(answers[-1])
    assert 0 < int(answers[-1].headers["retry-after"]) <= 15 * 60
    assert "retry-after" not in (await jeanne.get(f"{booking}/code")).headers
    assert 'name="code"' in answers[-1].text


async def test_another_address_needs_another_code(jeanne: Visitor, town: Town) -> None:
    booking = await hold_first(jeanne, town)
    await identify(jeanne, booking)
    answer = await jeanne.submit(booking, {**JEANNE, "email": "autre@exemple.fr"})
    assert answer.headers["location"] == f"{booking}/code"
    for later in ("confirmation", "instructions"):
        answer = await jeanne.get(f"{booking}/{later}")
        assert answer.headers["location"] == f"{booking}/code"


async def test_no_step_can_be_left_out(jeanne: Visitor, town: Town) -> None:
    town = await motive_in(town, instructions_before=BEFORE)
    booking = await hold_first(jeanne, town)
    for step in ("code", "instructions", "confirmation"):
        assert (await jeanne.get(f"{booking}/{step}")).headers["location"] == booking
        assert (await jeanne.submit(f"{booking}/{step}")).headers["location"] == booking
    await identify(jeanne, booking)
    answer = await jeanne.submit(f"{booking}/confirmation")
    assert answer.headers["location"] == f"{booking}/instructions"


async def test_instructions_must_be_accepted(jeanne: Visitor, town: Town) -> None:
    town = await motive_in(town, instructions_before=BEFORE)
    booking = await hold_first(jeanne, town)
    await identify(jeanne, booking)
    answer = await jeanne.submit(f"{booking}/instructions")
    assert answer.status_code == 422
    assert "Cochez la case" in words(answer)
    assert BEFORE in words(answer)


async def test_a_limit_is_told_on_the_summary_and_nothing_is_lost(
    jeanne: Visitor, town: Town
) -> None:
    town = await motive_in(town, maximum_active_per_person=1)
    await book_first(jeanne, town)
    booking = await hold_first(jeanne, town)
    await jeanne.get(f"{booking}/suite")
    answer = await jeanne.submit(f"{booking}/confirmation")
    assert answer.status_code == 422
    assert "Vous avez déjà le nombre maximum de rendez-vous" in words(answer)
    assert "Jeanne Dupont" in words(answer)
    assert "Autre motif" in words(answer)


async def test_confirming_twice_makes_one_appointment(jeanne: Visitor, town: Town) -> None:
    booking = await book_first(jeanne, town)
    again = await jeanne.submit(f"{booking}/confirmation")
    assert again.headers["location"] == f"{booking}/termine"
    person = (await appointments.get(id_of(booking))).person_id
    assert person is not None
    assert len(await appointments.of_person(person)) == 1


async def test_a_call_needs_a_number(jeanne: Visitor, town: Town) -> None:
    town = await motive_in(town, location_type="phone")
    booking = await hold_first(jeanne, town)
    answer = await jeanne.submit(booking, JEANNE)
    assert "Indiquez le numéro auquel vous appeler." in words(answer)
    answer = await jeanne.submit(booking, {**JEANNE, "phone": "06 12 34 56 78"})
    assert answer.headers["location"] == f"{booking}/code"


@pytest.mark.parametrize("step", ["", "/code", "/code/envoi", "/instructions", "/confirmation"])
async def test_every_form_must_come_from_our_own_pages(
    jeanne: Visitor, town: Town, step: str
) -> None:
    booking = await hold_first(jeanne, town)
    assert (await jeanne.post(f"{booking}{step}", data=JEANNE)).status_code == 403


async def test_a_prescriber_proves_their_own_address_and_the_learner_needs_none(
    jeanne: Visitor, town: Town
) -> None:
    booking = await hold_first(jeanne, town)
    assert "Pour qui prenez-vous ce rendez-vous ?" in words(await jeanne.get(booking))
    prescriber = {
        "digital_aid_prescribing": "yes",
        "digital_aid_name": "Paul Morel",
        "digital_aid_structure": "Mission locale",
        "digital_aid_email": "paul@mission.exemple.fr",
        "digital_aid_phone": "02 31 00 00 00",
    }
    learner = {**JEANNE, "email": ""}
    wrong = await jeanne.submit(booking, {**learner, **prescriber, "digital_aid_structure": ""})
    assert wrong.status_code == 422
    assert "Écrivez le nom de votre structure." in words(wrong)
    assert "Paul Morel" in wrong.text
    await jeanne.submit(booking, {**learner, **prescriber})
    code = {"code": await newest_code("paul@mission.exemple.fr")}
    assert (
        (await jeanne.submit(f"{booking}/code", code)).headers["location"].endswith("confirmation")
    )
    await jeanne.submit(f"{booking}/confirmation")
    done = await jeanne.get(f"{booking}/termine")
    assert "Mission locale" in words(done)
    person = (await appointments.get(id_of(booking))).person_id
    assert person is not None
    assert (await people.person(person)).email_verified_at is None
    # The prescriber is not signed in as the learner, and types another name the next time.
    assert (await jeanne.get("/mes-rendez-vous")).status_code == 303
    again = await hold_first(jeanne, town)
    assert 'value="Jeanne"' not in (await jeanne.get(again)).text


async def test_a_tenant_without_the_plugin_asks_no_prescriber(client: Clients) -> None:
    plain = await new_tenant(frozenset())
    visitor = client(plain)
    with acting_for(plain):
        town = await furnish()
        await open_for(town, town.alice, soon())
        booking = await hold_first(visitor, town)
        answer = await visitor.get(booking)
    assert "digital_aid" not in answer.text


async def test_names_are_shown_as_typed(jeanne: Visitor, town: Town) -> None:
    booking = await hold_first(jeanne, town)
    await identify(jeanne, booking, {**JEANNE, "first_name": "{{7*7}}<b>"})
    answer = await jeanne.get(f"{booking}/confirmation")
    assert "{{7*7}}&lt;b&gt; Dupont" in answer.text


async def test_an_archived_place_takes_no_more_bookings(jeanne: Visitor, town: Town) -> None:
    place = await places.create_place(
        PlaceDraft(organisation_id=town.organisation, name="Annexe"), SYSTEM
    )
    await open_for(town, town.bea, soon(), place_id=place)
    path = f"/rdv/{town.motive}/{place}"
    slot = slots_in(await jeanne.get(path))[0]
    await planning.save(ArchivePlace(place), SYSTEM, planning.KEEP_ALL)
    assert (await jeanne.get(path)).status_code == 404
    assert (await jeanne.submit(f"{path}/reservation", {"slot": slot})).status_code == 404


async def test_who_leaves_a_shared_device_leaves_nothing_behind(
    jeanne: Visitor, town: Town
) -> None:
    booking = await book_first(jeanne, town)
    await jeanne.submit("/mes-rendez-vous/deconnexion")
    assert (await jeanne.get(f"{booking}/termine")).status_code == 404
    assert (await jeanne.get("/mes-rendez-vous")).status_code == 303
