"""Roles of a tenant's own give nobody more than whoever makes them has (T-08)."""

import asyncio
from types import NoneType
from uuid import UUID, uuid4

import pytest
from creneau.context import SYSTEM, acting_for
from creneau.organisations.schemas import OrganisationDraft
from creneau.organisations.service import create_organisation
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound
from creneau.roles import service
from creneau.roles.errors import RoleBuiltIn, RoleHeld
from creneau.roles.schemas import Role, RoleDraft

from tests.platform.cast import Stranger, Town, new_agent

PLACES = "organisation:place:update"
LOOKS = "tenant:tenant:update"
AGENDAS = "service:appointment:read"


async def made(*permissions: str, name: str = "Responsable") -> tuple[UUID, str, str]:
    role_id = await service.create_role(RoleDraft(name=name, permissions=permissions), SYSTEM)
    found = await service.role(role_id)
    return role_id, found.version, found.code


@pytest.mark.feature("T-08")
async def test_a_role_gives_what_it_says_and_no_more(town: Town) -> None:
    _role, _version, code = await made(PLACES, AGENDAS)
    chief = await new_agent("Chris", town.organisation, town.citizenship, code)
    rights = await service.rights_of(chief)
    assert rights.organisations("place:update") == {town.organisation}
    assert rights.can("appointment:read")
    assert not rights.can("tenant:update")
    assert not rights.can("appointment:update")


async def test_a_change_of_a_role_counts_at_once_for_all_who_hold_it(town: Town) -> None:
    role_id, version, code = await made(PLACES)
    chief = await new_agent("Chris", town.organisation, town.citizenship, code)
    administrator = await service.rights_of(town.alice)
    wanted = RoleDraft(name="Responsable", permissions=(AGENDAS,))
    await service.update_role(role_id, wanted, version, administrator, SYSTEM)
    rights = await service.rights_of(chief)
    assert not rights.can("place:update")
    assert rights.can("appointment:read")


@pytest.mark.feature("T-08")
async def test_nobody_widens_a_role_by_a_right_that_they_lack(town: Town) -> None:
    role_id, version, code = await made("tenant:role:update")
    chief = await new_agent("Chris", town.organisation, town.citizenship, code)
    own = await service.rights_of(chief)
    wanted = RoleDraft(name="Responsable", permissions=("tenant:role:update", LOOKS))
    with pytest.raises(InvalidInput) as refused:
        await service.update_role(role_id, wanted, version, own, SYSTEM)
    assert "permissions" in refused.value.fields
    assert not (await service.rights_of(chief)).can("tenant:update")


async def test_a_right_held_in_one_organisation_is_not_given_in_another(town: Town) -> None:
    elsewhere = await create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    role_id, version, code = await made()
    await new_agent("Chris", elsewhere, town.citizenship, code)
    administrator = await service.rights_of(town.alice)
    wanted = RoleDraft(name="Responsable", permissions=(PLACES,))
    with pytest.raises(InvalidInput):
        await service.update_role(role_id, wanted, version, administrator, SYSTEM)


async def test_two_who_change_one_role_are_told_of_each_other(town: Town) -> None:
    role_id, version, _code = await made()
    administrator = await service.rights_of(town.alice)
    first = RoleDraft(name="Responsable", permissions=(PLACES,))
    await service.update_role(role_id, first, version, administrator, SYSTEM)
    with pytest.raises(ChangedMeanwhile):
        await service.update_role(role_id, RoleDraft(name="Autre"), version, administrator, SYSTEM)


async def test_a_role_that_somebody_holds_stays(town: Town) -> None:
    role_id, _version, code = await made()
    await new_agent("Chris", town.organisation, town.citizenship, code)
    with pytest.raises(RoleHeld):
        await service.delete_role(role_id, SYSTEM)
    assert [holder.name for holder in await service.holders(role_id)] == ["Chris Martin"]


async def test_a_role_that_nobody_holds_goes(town: Town) -> None:
    del town
    role_id, _version, _code = await made()
    await service.delete_role(role_id, SYSTEM)
    with pytest.raises(NotFound):
        await service.role(role_id)


async def test_a_role_that_somebody_changed_since_is_not_deleted(town: Town) -> None:
    role_id, version, _code = await made()
    administrator = await service.rights_of(town.alice)
    wanted = RoleDraft(name="Responsable", permissions=(PLACES,))
    done = await asyncio.gather(
        service.update_role(role_id, wanted, version, administrator, SYSTEM),
        service.delete_role(role_id, SYSTEM, version=version),
        return_exceptions=True,
    )
    assert [type(one) for one in done] in (
        [Role, ChangedMeanwhile],
        [NotFound, NoneType],
    )


async def test_the_built_in_roles_stay_as_they_are(town: Town) -> None:
    administrator = await service.rights_of(town.alice)
    for role in await service.roles():
        with pytest.raises(RoleBuiltIn):
            await service.delete_role(role.id, SYSTEM)
        with pytest.raises(RoleBuiltIn):
            await service.update_role(
                role.id, RoleDraft(name="x"), role.version, administrator, SYSTEM
            )


@pytest.mark.parametrize(
    "draft",
    [
        RoleDraft(name=" "),
        RoleDraft(name="x" * 81),
        RoleDraft(name="Chef", permissions=("organisation:nothing:update",)),
        RoleDraft(name="Chef", permissions=("service:tenant:update",)),
    ],
)
async def test_what_is_no_role_is_refused(town: Town, draft: RoleDraft) -> None:
    del town
    with pytest.raises(InvalidInput):
        await service.create_role(draft, SYSTEM)


async def test_two_roles_of_one_name_are_one_too_many(town: Town) -> None:
    del town
    await made(name="Référente")
    with pytest.raises(InvalidInput):
        await service.create_role(RoleDraft(name="referente"), SYSTEM)


async def test_the_role_of_another_tenant_is_not_there(town: Town, stranger: Stranger) -> None:
    administrator = await service.rights_of(town.alice)
    with acting_for(stranger.tenant):
        theirs = await service.create_role(RoleDraft(name="Chef"), SYSTEM)
    for role_id in (theirs, uuid4()):
        with pytest.raises(NotFound):
            await service.role(role_id)
        with pytest.raises(NotFound):
            await service.update_role(role_id, RoleDraft(name="x"), "1", administrator, SYSTEM)
        with pytest.raises(NotFound):
            await service.delete_role(role_id, SYSTEM)
