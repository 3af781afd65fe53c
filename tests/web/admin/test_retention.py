"""Administrators see what will be erased, and when, before anything is (T-11, S-14)."""

from datetime import timedelta
from uuid import UUID

import pytest
from creneau.context import SYSTEM, acting_for
from creneau.database import tenant_transaction
from creneau.people.files import service as files
from creneau.people.schemas import PersonDraft
from creneau.retention import service
from creneau_infra.clock import now

from tests.web.admin.conftest import Entered
from tests.web.backoffice.cast import Office, furnish_office, sign_in
from tests.web.public.citizen import words
from tests.web.stage import Clients, new_tenant

HOME = "/administration/conservation"
WAYS = ("", "/fiches", "/rendez-vous")


async def old(office: Office, name: str) -> UUID:
    draft = PersonDraft(first_name=name, last_name="Petit")
    made = await files.create(draft, [office.organisation], SYSTEM)
    async with tenant_transaction() as tx:
        then = now() - timedelta(days=740)
        await tx.execute("UPDATE person SET created_at = $1 WHERE id = $2", then, made)
    return made


async def test_nobody_but_administrators_of_the_space_reads_the_list(
    entered: Entered, office: Office, client: Clients
) -> None:
    await old(office, "Ana")
    bea, stranger_tenant = await entered("Bea"), await new_tenant()
    with acting_for(stranger_tenant):
        await furnish_office(stranger_tenant)
        stranger = await sign_in(client(stranger_tenant), "Alice")
    for way in WAYS:
        anonymous = await client(office.tenant).get(f"{HOME}{way}")
        assert "/agents/connexion" in anonymous.headers["location"]
        assert (await bea.get(f"{HOME}{way}")).status_code == 403
        assert "Ana" not in (await stranger.get(f"{HOME}{way}")).text
    assert (await bea.submit(f"{HOME}/fiches/export", {"format": "csv"})).status_code == 403


@pytest.mark.feature("S-14")
async def test_the_list_says_what_goes_and_when_and_leaves_as_a_file(
    entered: Entered, office: Office
) -> None:
    ana = await old(office, "Ana =1+1")
    alice = await entered("Alice")
    assert "1 fiche sans activité" in words(await alice.get(HOME))
    listed = await alice.get(f"{HOME}/fiches")
    assert f"/personnes/{ana}" in listed.text
    (leaving,) = await service.leaving_files(10)
    assert str(leaving.on.year) in words(listed)
    taken = await alice.submit(f"{HOME}/fiches/export", {"format": "csv"})
    assert leaving.on.isoformat() in taken.text or leaving.on.strftime("%d/%m/%Y") in taken.text
    empty = await alice.submit(f"{HOME}/rendez-vous/export", {"format": "csv"})
    assert empty.status_code == 200
    assert "exporté la liste" in words(await alice.get("/administration/historique"))
    assert "Aucun rendez-vous" in words(await alice.get(f"{HOME}/rendez-vous"))


async def test_the_delay_is_changed_once_and_wrong_numbers_are_refused(
    entered: Entered, office: Office
) -> None:
    assert office.organisation
    alice = await entered("Alice")
    for wrong in ("", "x", "3", "9999999"):
        answer = await alice.submit(HOME, {"months": wrong, "version": "24"})
        assert (answer.status_code, "Choisissez entre 6 et 120 mois." in words(answer)) == (
            422,
            True,
        )
    assert (await alice.submit(HOME, {"months": "12", "version": "24"})).status_code == 303
    late = await alice.submit(HOME, {"months": "36", "version": "24"})
    assert (late.status_code, (await service.rule()).months) == (409, 12)
