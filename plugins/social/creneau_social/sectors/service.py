"""Sectors: kept by the territory, asked for an address (S-12)."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.i18n import gettext as _
from creneau.motives.schemas import Motive
from creneau.refusals import InvalidInput, NotFound
from creneau.towns import service as towns
from creneau.towns.rules import plain
from creneau.validation import Checked

from creneau_social.sectors import queries, rules
from creneau_social.sectors.errors import OtherSector, OutOfSectors
from creneau_social.sectors.schemas import Address, Duty, Sector, Zone, ZoneDraft

SUBJECT = "social_sector"
LONGEST_NAME = 120
MOST_TOWNS = 8


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """A sector with all that it says."""

    sector: Sector
    zones: Sequence[Zone]
    duties: Sequence[Duty]


async def sectors() -> list[Sector]:
    """List every sector, by name."""
    async with tenant_transaction() as tx:
        return await queries.sectors(tx)


async def whole(sector_id: UUID) -> Whole:
    """Read a sector.

    Raises:
        NotFound: There is none.
    """
    async with tenant_transaction() as tx:
        return Whole(
            sector=await _sector(tx, sector_id),
            zones=await queries.zones_of_sector(tx, sector_id),
            duties=await queries.duties_of_sector(tx, sector_id),
        )


async def add_sector(name: str, actor: Actor) -> UUID:
    """Add a sector.

    Raises:
        InvalidInput: The name cannot be used, or another sector has it.
    """
    check = Checked()
    clean = check.line("name", name, needed=_("Donnez un nom au secteur."), longest=LONGEST_NAME)
    check.refuse_if_wrong()
    async with tenant_transaction() as tx:
        created = await queries.add_sector(tx, clean)
        if created is None:
            raise InvalidInput({"name": _("Un secteur porte déjà ce nom.")})
        await history.record(tx, actor, "social.sector_created", SUBJECT, created)
    return created


async def remove_sector(sector_id: UUID, actor: Actor) -> str:
    """Delete a sector, and give its name.

    Raises:
        NotFound: There is none.
    """
    async with tenant_transaction() as tx:
        found = await _sector(tx, sector_id)
        await queries.remove_sector(tx, sector_id)
        await history.record(tx, actor, "social.sector_removed", SUBJECT, sector_id)
    return found.name


async def add_zone(sector_id: UUID, draft: ZoneDraft, actor: Actor) -> None:
    """Add a town, or a street of one, to a sector.

    Raises:
        InvalidInput: A field cannot be used, or the sector has it.
        NotFound: There is no such sector.
    """
    street = rules.plain_street(draft.street)
    _check_zone(draft, street)
    async with tenant_transaction() as tx:
        await _sector(tx, sector_id)
        if not await queries.add_zone(tx, sector_id, draft, street):
            raise InvalidInput({"town": _("Ce secteur a déjà cette zone.")})
        await history.record(tx, actor, "social.zone_added", SUBJECT, sector_id)


def _check_zone(draft: ZoneDraft, street: str) -> None:
    check = Checked()
    check.line("street", draft.street, longest=200)
    first, last = draft.first_number, draft.last_number
    if not street and (first or last or draft.side != "both"):
        check.refuse("street", _("Des numéros vont avec une rue : écrivez laquelle."))
    if first is not None and last is not None and last < first:
        check.refuse("last_number", _("Le dernier numéro vient après le premier."))
    check.refuse_if_wrong()


async def remove_zone(zone_id: UUID, actor: Actor) -> UUID:
    """Take a zone out, and name its sector.

    Raises:
        NotFound: It is not there any more.
    """
    async with tenant_transaction() as tx:
        sector_id = await queries.remove_zone(tx, zone_id)
        if sector_id is None:
            raise NotFound
        await history.record(tx, actor, "social.zone_removed", SUBJECT, sector_id)
    return sector_id


async def give(
    sector_id: UUID, *, organisation_id: UUID | None, agent_id: UUID | None, actor: Actor
) -> None:
    """Have an organisation or an agent look after a sector.

    Raises:
        NotFound: There is no such sector.
    """
    async with tenant_transaction() as tx:
        await _sector(tx, sector_id)
        if await queries.add_duty(tx, sector_id, organisation_id, agent_id):
            await history.record(tx, actor, "social.sector_given", SUBJECT, sector_id)


async def take_back(duty_id: UUID, actor: Actor) -> UUID:
    """Have somebody look after a sector no more, and name the sector.

    Raises:
        NotFound: They did not.
    """
    async with tenant_transaction() as tx:
        sector_id = await queries.remove_duty(tx, duty_id)
        if sector_id is None:
            raise NotFound
        await history.record(tx, actor, "social.sector_taken_back", SUBJECT, sector_id)
    return sector_id


async def towns_named(typed: str) -> list[tuple[str, str]]:
    """Find the towns that somebody means, by code and name with postcode; the likeliest first.

    Without the list of towns, those that sectors name.
    """
    found = towns.search(typed, MOST_TOWNS)
    if found:
        exact = [one for one in found if plain(one.name) == plain(typed)]
        return [(one.code, f"{one.name} ({one.postcodes[0]})") for one in exact or found]
    async with tenant_transaction() as tx:
        known = await queries.known_towns(tx)
    wanted = plain(typed)
    return [(code, name) for code, name in known if wanted and wanted in plain(name)][:MOST_TOWNS]


async def needs_street(town_code: str) -> bool:
    """Tell whether the streets of a town belong to several sectors."""
    async with tenant_transaction() as tx:
        return rules.needs_street(await queries.zones_of_town(tx, town_code))


async def motive_for(motive_id: UUID, address: Address) -> UUID:
    """Name the motive to go on with for an address: this one, or its like elsewhere.

    Where nobody is responsible it is this one, whose page says so.
    """
    async with tenant_transaction() as tx:
        sector_ids = await _sectors_of(tx, address)
        organisations = await queries.organisations_of(tx, sector_ids)
        for same_id, organisation_id in await queries.same_motives(tx, motive_id):
            if organisation_id in organisations:
                return same_id
            if await queries.agents_of(tx, sector_ids, organisation_id):
                return same_id
    return motive_id


async def responsible_for(
    tx: Transaction, motive: Motive, address: Address
) -> Sequence[UUID] | None:
    """Name the agents who receive an address for a motive; None: everybody of the organisation.

    Raises:
        OutOfSectors: Nobody looks after the address.
        OtherSector: Another organisation does.
    """
    way = way_to_ask(motive.id)
    sector_ids = await _sectors_of(tx, address)
    if not sector_ids:
        raise OutOfSectors(address=address.words, way=way)
    if motive.organisation_id in await queries.organisations_of(tx, sector_ids):
        return None
    agents = await queries.agents_of(tx, sector_ids, motive.organisation_id)
    if not agents:
        raise OtherSector(address=address.words, way=way)
    return agents


async def colleagues_of(
    tx: Transaction, motive: Motive, agent_ids: Sequence[UUID]
) -> Sequence[UUID] | None:
    """Name whose time an appointment with these agents may move to; None: everybody's."""
    sector_ids = await queries.sectors_of_agents(tx, agent_ids)
    if not sector_ids or motive.organisation_id in await queries.organisations_of(tx, sector_ids):
        return None
    return await queries.agents_of(tx, sector_ids, motive.organisation_id)


def way_to_ask(motive_id: UUID) -> str:
    """Give the address of the page that asks where somebody lives."""
    return f"/social/secteur/{motive_id}"


async def _sectors_of(tx: Transaction, address: Address) -> list[UUID]:
    zones = await queries.zones_of_town(tx, address.town_code)
    return rules.sectors_of(zones, address.street)


async def _sector(tx: Transaction, sector_id: UUID) -> Sector:
    for one in await queries.sectors(tx):
        if one.id == sector_id:
            return one
    raise NotFound
