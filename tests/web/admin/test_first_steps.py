"""The first steps: read from what exists, so that they are found again anywhere (T-02)."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from creneau.agents.managing import service as managing
from creneau.context import acting_for
from creneau.database import tenant_transaction
from creneau.motives import service as motives
from creneau.organisations import service as organisations
from creneau.places import service as places
from creneau.roles import service as roles
from creneau_tenants import service as tenants
from creneau_tenants.signing_up import service as signing_up
from creneau_tenants.signing_up.schemas import SignedUp, SignUp
from creneau_web.app import Application
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE

from tests.web.admin.conftest import Entered
from tests.web.backoffice.cast import Office
from tests.web.stage import Clients, Visitor

HOME = "/administration/premiers-pas"
STEPS = ("organisation", "lieu", "modele", "equipe", "ouverture", "publication")
WEEK: Mapping[str, Any] = {
    "days": ["MO", "TU", "WE", "TH", "FR", "SA", "SU"],
    "morning_start": "09:00",
    "morning_end": "12:00",
    "afternoon_start": "",
    "afternoon_end": "",
}


@pytest.fixture
async def space(app: Application) -> SignedUp:
    """A space whose administrator has just accepted the invitation."""
    del app
    made = await signing_up.sign_up(
        SignUp(
            name="Ville de Clairval",
            kind="town",
            slug=f"s{uuid4().hex[:12]}",
            plugins=frozenset({"counter"}),
            first_name="Odile",
            last_name="Brun",
            email="odile@clairval.example",
            terms_accepted=True,
        )
    )
    async with tenant_transaction(made.tenant.id) as tx:
        await tx.execute("UPDATE agent SET state = 'active'")
    return made


async def at_a_computer(space: SignedUp, client: Clients) -> Visitor:
    """Sign the administrator in, with nothing but what the server knows."""
    with acting_for(space.tenant):
        _session, secret = await auth.open_session(space.agent_id)
    visitor = client(space.tenant)
    visitor.cookies.set(COOKIE, secret, domain=visitor.cookie_domain)
    return visitor


@pytest.fixture
async def odile(space: SignedUp, client: Clients) -> Visitor:
    return await at_a_computer(space, client)


async def states(visitor: Visitor) -> list[str]:
    """Read how far each step is, as the page says."""
    page = await visitor.get(HOME)
    assert page.status_code == 200
    return re.findall(r'<li class="step step-(\w+)"', page.text)


async def template_keys(visitor: Visitor, name: str) -> list[str]:
    page = await visitor.get(f"{HOME}/modele")
    return re.findall(rf'name="{name}" value="([\w-]+)"', page.text)


async def test_a_new_space_is_told_what_it_misses(odile: Visitor) -> None:
    page = await odile.get(HOME)
    assert await states(odile) == [
        *("next", "open", "open", "optional", "open", "optional", "open")
    ]
    assert "Ajoutez un lieu" in page.text
    assert "Choisissez au moins un motif" in page.text
    assert "Ouvrez des heures" in page.text


async def test_half_of_it_is_found_again_from_another_computer(
    odile: Visitor, space: SignedUp, client: Clients
) -> None:
    contact = {"phone": "01 99 00 12 34", "opening_hours": "Lundi : 9 h – 12 h"}
    version = await _version(odile)
    saved = await odile.submit(f"{HOME}/organisation", {**contact, "version": version})
    assert (saved.status_code, saved.headers["location"]) == (303, f"{HOME}/lieu")
    created = await odile.submit(f"{HOME}/lieu", {"name": "Mairie"})
    assert created.headers["location"] == f"{HOME}/modele"
    elsewhere = await at_a_computer(space, client)
    assert await states(elsewhere) == [
        *("done", "done", "next", "optional", "open", "optional", "open")
    ]
    assert "01 99 00 12 34" in (await elsewhere.get(f"{HOME}/organisation")).text


async def _version(visitor: Visitor) -> str:
    page = await visitor.get(f"{HOME}/organisation")
    found = re.search(r'name="version" value="([^"]*)"', page.text)
    assert found is not None
    return found[1]


async def test_from_nothing_to_a_page_that_offers_times(
    odile: Visitor, space: SignedUp, client: Clients
) -> None:
    await odile.submit(f"{HOME}/lieu", {"name": "Mairie"})
    keys = await template_keys(odile, "motives")
    added = await odile.submit(f"{HOME}/modele", {"motives": keys[:2], "public_text": "yes"})
    assert added.headers["location"] == f"{HOME}/equipe"
    assert await template_keys(odile, "motives") == keys[2:]
    with acting_for(space.tenant):
        kept = await motives.motives(bookable_by="everyone")
        place = (await places.places())[0]
    assert len(kept) == 2
    opened = await odile.submit(
        f"{HOME}/ouverture",
        {
            **WEEK,
            "agent_id": str(space.agent_id),
            "place_id": str(place.id),
            "motives": [str(one.id) for one in kept],
        },
    )
    assert opened.status_code == 303, opened.text
    with acting_for(space.tenant):
        own = await managing.colleague(space.agent_id, space.agent_id)
    assert {one.service_id for one in kept} < {service_id for service_id, _name in own.services}
    page = await odile.get(HOME)
    assert "Tout est prêt" in page.text
    assert "Le premier rendez-vous proposé sera" in page.text
    assert (await client(space.tenant).get("/")).status_code == 503
    await odile.submit(f"{HOME}/publication")
    public = await client(space.tenant).get("/")
    assert public.status_code == 200
    assert kept[0].name in public.text
    assert "choisissez l’heure à laquelle vous venez" in public.text


async def test_only_what_was_ticked_is_added_and_only_once(odile: Visitor, space: SignedUp) -> None:
    keys = await template_keys(odile, "motives")
    none = await odile.submit(f"{HOME}/modele", {"roles": []})
    assert none.status_code == 422
    assert "Cochez au moins un motif" in none.text
    for _ in range(2):
        await odile.submit(f"{HOME}/modele", {"motives": keys[-1:], "roles": ["counter-0"]})
    await odile.submit(f"{HOME}/modele", {"motives": ["lms-0", "nonsense", "counter-99"]})
    with acting_for(space.tenant):
        found = await motives.motives()
        services = [one.name for one in await organisations.services()]
        own = [role.name for role in await roles.roles() if not role.built_in]
    assert [one.name for one in found] == ["Renseignement d’urbanisme"]
    assert services == ["Accueil du public", "Urbanisme"]
    assert own == ["Agent de guichet"]
    page = await odile.get(f"{HOME}/modele")
    assert page.text.count("Déjà là") == 2


async def test_a_service_without_motives_is_proposed_beside_the_others(
    odile: Visitor, space: SignedUp
) -> None:
    await tenants.switch_plugin(space.tenant.id, "counter", False)
    await tenants.switch_plugin(space.tenant.id, "social", True)
    keys = await template_keys(odile, "motives")
    services = await template_keys(odile, "services")
    assert services == ["social-2"]
    await odile.submit(f"{HOME}/modele", {"motives": keys[:1], "services": services})
    with acting_for(space.tenant):
        found = {one.name: one.secretariat for one in await organisations.services()}
    assert found == {"Accueil du public": False, "PMI": False, "Secrétariat": True}
    assert await template_keys(odile, "services") == []


async def test_what_is_added_is_in_the_tenant_s_language(space: SignedUp, odile: Visitor) -> None:
    keys = await template_keys(odile, "motives")
    await odile.submit(f"{HOME}/modele?lang=en", {"motives": keys[:1]})
    with acting_for(space.tenant):
        assert (await motives.motives())[0].name.startswith("Carte d’identité")


async def test_a_space_without_a_vertical_begins_with_the_plain_template(
    space: SignedUp, odile: Visitor
) -> None:
    await tenants.switch_plugin(space.tenant.id, "counter", False)
    keys = await template_keys(odile, "motives")
    assert all(key.startswith("core-") for key in keys)
    added = await odile.submit(f"{HOME}/modele", {"motives": keys})
    assert added.status_code == 303


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"days": []}, "days"),
        ({"morning_end": "08:00"}, "morning_start"),
        ({"morning_start": "soon"}, "morning_start"),
        ({"morning_start": "", "morning_end": ""}, "morning_start"),
        ({"motives": []}, "motives"),
        ({"agent_id": str(uuid4())}, "agent_id"),
        ({"place_id": "x"}, "place_id"),
    ],
)
async def test_hours_that_cannot_be_opened_are_told_where(
    odile: Visitor, space: SignedUp, changes: Mapping[str, Any], field: str
) -> None:
    await odile.submit(f"{HOME}/lieu", {"name": "Mairie"})
    await odile.submit(f"{HOME}/modele", {"motives": ["counter-0"]})
    with acting_for(space.tenant):
        place, motive = (await places.places())[0], (await motives.motives())[0]
    fields = {
        **WEEK,
        "agent_id": str(space.agent_id),
        "place_id": str(place.id),
        "motives": [str(motive.id)],
    }
    page = await odile.submit(f"{HOME}/ouverture", {**fields, **changes})
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    with acting_for(space.tenant):
        assert await motives.public_motives() == []


async def test_a_colleague_is_invited_and_may_not_be_invited_twice(
    odile: Visitor, space: SignedUp
) -> None:
    with acting_for(space.tenant):
        service = (await organisations.services())[0]
    bob = {
        "first_name": "Bob",
        "last_name": "Durand",
        "email": "bob@clairval.example",
        "role": "agent",
        "services": [str(service.id)],
    }
    invited = await odile.submit(f"{HOME}/equipe", bob)
    assert (invited.status_code, invited.headers["location"]) == (303, f"{HOME}/equipe")
    page = await odile.get(f"{HOME}/equipe")
    assert "Une invitation part pour bob@clairval.example." in page.text
    assert "Invitation envoyée" in page.text
    twice = await odile.submit(f"{HOME}/equipe", bob)
    assert twice.status_code == 422
    wrong = await odile.submit(
        f"{HOME}/equipe", {**bob, "email": "x", "role": "king", "services": ["y"]}
    )
    assert wrong.status_code == 422
    assert 'value="Durand"' in wrong.text
    assert (await states(odile))[3] == "done"


async def test_publishing_before_all_is_there_is_said_and_possible(
    odile: Visitor, space: SignedUp, client: Clients
) -> None:
    page = await odile.get(f"{HOME}/publication")
    assert "Publier sans réservation" in page.text
    await odile.submit(f"{HOME}/publication")
    assert (await client(space.tenant).get("/")).status_code == 200
    after = await odile.get(HOME)
    assert "Ajoutez un lieu" in after.text
    assert space.tenant.public_url in after.text


async def test_a_place_needs_a_name_and_one_of_its_own(odile: Visitor) -> None:
    nameless = await odile.submit(f"{HOME}/lieu", {"address": "1 rue du Pont"})
    assert nameless.status_code == 422
    assert "1 rue du Pont" in nameless.text
    await odile.submit(f"{HOME}/lieu", {"name": "Mairie"})
    assert (await odile.submit(f"{HOME}/lieu", {"name": "Mairie"})).status_code == 422


async def test_two_who_save_the_contact_details_at_once_are_told(
    odile: Visitor, space: SignedUp, client: Clients
) -> None:
    version = await _version(odile)
    other = await at_a_computer(space, client)
    await odile.submit(f"{HOME}/organisation", {"phone": "01 99 00 12 34", "version": version})
    late = await other.submit(
        f"{HOME}/organisation", {"phone": "01 99 00 99 99", "version": version}
    )
    assert late.status_code == 409
    assert "01 99 00 12 34" in late.text
    assert "01 99 00 99 99" in late.text


@pytest.mark.parametrize("step", ["", *(f"/{step}" for step in STEPS)])
async def test_whoever_administers_nothing_finds_no_first_steps(
    entered: Entered, client: Clients, office: Office, step: str
) -> None:
    anonymous = await client(office.tenant).get(f"{HOME}{step}")
    assert anonymous.headers["location"].startswith("/agents/connexion")
    bea = await entered("Bea")
    # Agents keep their own agenda: opening hours there is theirs to do.
    expected = 200 if step == "/ouverture" else 403
    assert (await bea.get(f"{HOME}{step}")).status_code == expected
