"""My appointments: one's own and relatives', details, a copy of the data, erasure (C-44)."""

import json

import pytest
from creneau.appointments import service as appointments
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.people import service as people
from creneau.people.schemas import Identity, RelativeDraft

from tests.platform.cast import Town, furnish
from tests.platform.planning import book, slots, soon
from tests.web.public.citizen import (
    JEANNE,
    book_first,
    codes_sent,
    hold_first,
    id_of,
    identify,
    newest_code,
    sign_in,
    slots_in,
    words,
)
from tests.web.stage import Clients, Visitor, new_tenant

MINE = "/mes-rendez-vous"
PAGES = ("", "/mes-informations", "/proches", "/mes-donnees.json", "/effacement")


@pytest.mark.feature("C-44")
async def test_a_person_looks_after_everything_in_one_place(
    jeanne: Visitor, paul: Visitor, town: Town
) -> None:
    first = await book_first(jeanne, town)
    second = await hold_first(jeanne, town)
    await jeanne.get(f"{second}/suite")
    await jeanne.submit(f"{second}/confirmation")

    # Another device: the code that comes by mail is all that is needed.
    assert (await sign_in(paul)).headers["location"] == MINE
    one, other = f"{MINE}/{id_of(first)}", f"{MINE}/{id_of(second)}"
    listed = await paul.get(MINE)
    assert f'href="{one}"' in listed.text
    assert f'href="{other}"' in listed.text

    choice = slots_in(await paul.get(f"{one}/deplacement"))
    moved = await paul.submit(f"{one}/deplacement/confirmation", {"slot": choice[-1]})
    assert moved.headers["location"] == one
    assert "Votre rendez-vous est déplacé." in words(await paul.get(one))
    await paul.submit(f"{other}/annulation")
    assert "Ce rendez-vous est annulé" in words(await paul.get(other))
    listed = words(await paul.get(MINE))
    assert listed.index("À venir") < listed.index("Passés ou annulés") < listed.index("Annulé")

    await paul.submit(f"{MINE}/proches", {"first_name": "Léo", "last_name": "Dupont"})
    assert "Léo Dupont" in words(await paul.get(f"{MINE}/proches"))
    details = {"first_name": "Jeanne", "last_name": "Dupont", "phone": "06 12 34 56 78"}
    await paul.submit(f"{MINE}/mes-informations", details)
    assert 'value="06 12 34 56 78"' in (await paul.get(f"{MINE}/mes-informations")).text

    copy = await paul.get(f"{MINE}/mes-donnees.json")
    assert 'filename="mes-donnees.json"' in copy.headers["content-disposition"]
    data = json.loads(copy.text)
    assert data["person"]["email"] == JEANNE["email"]
    assert data["relatives"][0]["person"]["first_name"] == "Léo"

    refused = await paul.submit(f"{MINE}/effacement")
    assert refused.status_code == 409
    assert "Annulez-les d’abord" in words(refused)
    await paul.submit(f"{one}/annulation")
    asked = words(await paul.get(f"{MINE}/effacement"))
    for disappears in ("Jeanne Dupont", JEANNE["email"], "Léo Dupont"):
        assert disappears in asked
    assert (await paul.submit(f"{MINE}/effacement")).headers["location"] == "/"
    assert await people.proven_persons(JEANNE["email"]) == []
    assert (await jeanne.get(MINE)).headers["location"] == f"{MINE}/connexion"


async def test_strangers_are_led_to_sign_in(paul: Visitor, tenant: Tenant) -> None:
    del tenant
    for path in PAGES:
        assert (await paul.get(f"{MINE}{path}")).headers["location"] == f"{MINE}/connexion"
        if path != "/mes-donnees.json":
            assert (await paul.submit(f"{MINE}{path}")).status_code in {303, 405}


async def test_an_unknown_address_gets_the_same_answer(
    jeanne: Visitor, paul: Visitor, town: Town
) -> None:
    await book_first(jeanne, town)
    sent = await codes_sent()
    known = await paul.submit(f"{MINE}/connexion", {"email": JEANNE["email"]})
    known_page = words(await paul.get(known.headers["location"]))
    unknown = await paul.submit(f"{MINE}/connexion", {"email": "inconnue@exemple.fr"})
    unknown_page = words(await paul.get(unknown.headers["location"]))
    assert known.headers["location"] == unknown.headers["location"]
    assert known_page.replace(JEANNE["email"], "") == unknown_page.replace(
        "inconnue@exemple.fr", ""
    )
    assert await codes_sent() == sent + 2


async def test_an_address_without_appointments_says_so_once_it_is_proven(
    paul: Visitor, tenant: Tenant
) -> None:
    del tenant
    answer = await sign_in(paul, "inconnue@exemple.fr")
    page = await paul.get(answer.headers["location"])
    assert "Aucun rendez-vous n’a été pris en ligne avec cette adresse." in words(page)


async def test_a_wrong_code_signs_nobody_in(jeanne: Visitor, paul: Visitor, town: Town) -> None:
    await book_first(jeanne, town)
    await paul.submit(f"{MINE}/connexion", {"email": JEANNE["email"]})
    code = await newest_code(JEANNE["email"])
    answer = await paul.submit(f"{MINE}/code", {"code": f"{(int(code) + 1) % 1_000_000:06d}"})
    assert answer.status_code == 422
    assert (await paul.get(MINE)).headers["location"] == f"{MINE}/connexion"


async def test_a_wrong_address_is_told_and_kept(paul: Visitor, tenant: Tenant) -> None:
    del tenant
    answer = await paul.submit(f"{MINE}/connexion", {"email": "jeanne@"})
    assert answer.status_code == 422
    assert 'value="jeanne@"' in answer.text
    assert "Écrivez une adresse e-mail complète" in words(answer)


async def test_several_persons_behind_one_address_choose_who_they_are(
    paul: Visitor, town: Town
) -> None:
    for first_name, slot in zip(("Jeanne", "Léa"), await slots(town, soon()), strict=False):
        identity = Identity(first_name=first_name, last_name="Dupont", email=JEANNE["email"])
        await book(town, slot.starts_at, identity)
    answer = await sign_in(paul)
    page = await paul.get(answer.headers["location"])
    assert "Qui êtes-vous ?" in words(page)
    lea = next(
        one for one in await people.proven_persons(JEANNE["email"]) if one.first_name == "Léa"
    )
    chosen = await paul.submit(f"{MINE}/personne/{lea.id}")
    assert chosen.headers["location"] == MINE
    assert "Léa Dupont" in words(await paul.get(MINE))


async def test_nobody_signs_in_as_somebody_with_another_address(paul: Visitor, town: Town) -> None:
    first, *_others = await slots(town, soon())
    booking = await book(town, first.starts_at)
    await sign_in(paul, "paul@exemple.fr")
    await paul.submit(f"{MINE}/personne/{booking.person_id}")
    assert (await paul.get(MINE)).headers["location"] == f"{MINE}/connexion"


async def test_a_relatives_appointment_is_booked_and_listed_with_the_name(
    jeanne: Visitor, town: Town
) -> None:
    await book_first(jeanne, town)
    person = (await people.proven_persons(JEANNE["email"]))[0]
    lea = RelativeDraft(first_name="Léa", last_name="Dupont")
    relative = await people.add_relative(person.id, lea, SYSTEM)
    booking = await hold_first(jeanne, town)
    assert (await jeanne.get(f"{booking}/suite")).headers["location"] == booking
    assert "Pour qui est ce rendez-vous ?" in words(await jeanne.get(booking))
    answer = await jeanne.submit(booking, {"who": str(relative)})
    assert answer.headers["location"] == f"{booking}/confirmation"
    assert "Léa Dupont" in words(await jeanne.get(f"{booking}/confirmation"))
    await jeanne.submit(f"{booking}/confirmation")
    assert (await appointments.get(id_of(booking))).person_id == relative
    assert "pour Léa Dupont" in words(await jeanne.get(MINE))


async def test_a_relative_can_be_named_while_booking(jeanne: Visitor, town: Town) -> None:
    await book_first(jeanne, town)
    booking = await hold_first(jeanne, town)
    wrong = await jeanne.submit(booking, {"who": "new", "first_name": "Hugo"})
    assert wrong.status_code == 422
    assert 'value="Hugo"' in wrong.text
    await jeanne.submit(booking, {"who": "new", "first_name": "Hugo", "last_name": "Dupont"})
    assert "Hugo Dupont" in words(await jeanne.get(f"{booking}/confirmation"))
    await jeanne.submit(f"{booking}/confirmation")
    assert "pour Hugo Dupont" in words(await jeanne.get(MINE))


async def test_nobody_books_for_somebody_elses_relative(
    jeanne: Visitor, paul: Visitor, town: Town
) -> None:
    await book_first(jeanne, town)
    jeannes = (await people.proven_persons(JEANNE["email"]))[0]
    booking = await hold_first(paul, town)
    await identify(paul, booking, {**JEANNE, "first_name": "Paul", "email": "paul@exemple.fr"})
    await paul.submit(f"{booking}/confirmation")
    second = await hold_first(paul, town)
    for who in (str(jeannes.id), "", "x"):
        answer = await paul.submit(second, {"who": who})
        assert answer.status_code == 422
        assert "Choisissez pour qui est ce rendez-vous." in words(answer)


async def test_somebody_elses_appointment_is_not_found(
    jeanne: Visitor, paul: Visitor, town: Town
) -> None:
    booking = id_of(await book_first(jeanne, town))
    other = await hold_first(paul, town)
    await identify(paul, other, {**JEANNE, "email": "paul@exemple.fr"})
    await paul.submit(f"{other}/confirmation")
    for way in ("", "/annulation", "/deplacement", "/deplacement/confirmation", "/rendez-vous.ics"):
        assert (await paul.get(f"{MINE}/{booking}{way}")).status_code == 404
    for way in ("/annulation", "/deplacement", "/deplacement/confirmation"):
        assert (await paul.submit(f"{MINE}/{booking}{way}")).status_code == 404
    assert (await appointments.get(booking)).state == "planned"


async def test_a_session_of_one_tenant_opens_nothing_in_another(
    jeanne: Visitor, client: Clients, town: Town
) -> None:
    await book_first(jeanne, town)
    elsewhere = await new_tenant()
    with acting_for(elsewhere):
        await furnish()
    stranger = client(elsewhere)
    stranger.cookies.set("session", jeanne.cookies["session"], domain=str(stranger.base_url.host))
    assert (await stranger.get(MINE)).headers["location"] == f"{MINE}/connexion"


@pytest.mark.parametrize(
    ("path", "wrong", "sentence"),
    [
        ("/mes-informations", {"first_name": ""}, "Écrivez le prénom."),
        ("/mes-informations", {"phone": "0612"}, "Écrivez un numéro de téléphone complet"),
        ("/mes-informations", {"birth_date": "hier"}, "Écrivez une date de naissance passée"),
        ("/proches", {"last_name": ""}, "Écrivez le nom."),
        ("/proches", {"birth_date": "2999-01-01"}, "Écrivez une date de naissance passée"),
    ],
)
async def test_a_wrong_detail_is_told_and_the_others_are_kept(
    jeanne: Visitor, town: Town, path: str, wrong: dict[str, str], sentence: str
) -> None:
    await book_first(jeanne, town)
    typed = {"first_name": "Maë", "last_name": "Le Goff", **wrong}
    answer = await jeanne.submit(f"{MINE}{path}", typed)
    assert answer.status_code == 422
    assert sentence in words(answer)
    for value in typed.values():
        assert value == "" or f'value="{value}"' in answer.text


@pytest.mark.parametrize("path", ["/mes-informations", "/proches", "/effacement", "/deconnexion"])
async def test_a_form_from_elsewhere_changes_nothing(
    jeanne: Visitor, town: Town, path: str
) -> None:
    await book_first(jeanne, town)
    assert (await jeanne.post(f"{MINE}{path}", data=JEANNE)).status_code == 403
    assert (await jeanne.get(MINE)).status_code == 200


async def test_the_session_gets_a_new_id_when_somebody_is_recognised(
    jeanne: Visitor, town: Town
) -> None:
    booking = await hold_first(jeanne, town)
    before = jeanne.cookies["session"]
    await identify(jeanne, booking)
    proven = jeanne.cookies["session"]
    await jeanne.submit(f"{booking}/confirmation")
    assert len({before, proven, jeanne.cookies["session"]}) == 3
