"""Where, and for what, somebody can receive: the places and motives that a form proposes (C-10)."""

from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec
from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.organisations import service as organisations
from creneau.places import service as places
from creneau.places.schemas import Place
from creneau.roles import service as roles
from creneau.roles.rules import Rights

from creneau_web.planning.owners import UPDATE, Owner
from creneau_web.visit import visit


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The motives of one service, under its name."""

    label: str
    motives: Sequence[Motive]


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What a form proposes to one owner."""

    places: Sequence[Place]
    groups: Sequence[Group]
    may_add_place: bool
    may_add_motive: bool

    @property
    def motives(self) -> list[Motive]:
        """Every motive that can be ticked."""
        return [motive for group in self.groups for motive in group.motives]


async def offer_for(
    owner: Owner, *, place_id: UUID | None = None, motive_ids: Collection[UUID] = ()
) -> Offer:
    """Give what an owner can receive for, and where; what an opening has already stays in it.

    Agents receive for their own services; those of a secretariat also for what is open to it. Group
    sessions are set one by one: hours alone do not open them (C-24).
    """
    within, theirs = await _organisations(owner)
    kept = set(motive_ids)
    offered = [
        motive
        for motive in await motives.motives()
        if motive.id in kept
        or (motive.organisation_id in within and motive.capacity == 1 and _fits(motive, theirs))
    ]
    return Offer(
        places=[
            place
            for place in await places.places()
            if place.organisation_id in within or place.id == place_id
        ],
        groups=await _grouped(offered),
        may_add_place=_may("place:update"),
        may_add_motive=_may("motive:update"),
    )


def _may(right: str) -> bool:
    held = visit().rights
    return held is not None and held.can(right)


async def _organisations(owner: Owner) -> tuple[set[UUID], Rights | None]:
    held = visit().rights
    own = set(held.granted.get(UPDATE, {})) if held else set[UUID]()
    if not owner.is_agent:
        return own, None
    rights = await roles.rights_of(owner.id)
    theirs = {one for granted in rights.granted.values() for one in granted}
    return (own & theirs) or own, rights


def _fits(motive: Motive, rights: Rights | None) -> bool:
    if rights is None or not rights.service_ids:
        return True
    return motive.service_id in rights.service_ids or (motive.secretariat and rights.secretariat)


async def _grouped(offered: Sequence[Motive]) -> list[Group]:
    services = {one.id: one.name for one in await organisations.services()}
    sites = {one.id: one.name for one in await organisations.organisations()}
    several = len({one.organisation_id for one in offered}) > 1
    groups: dict[str, list[Motive]] = {}
    for motive in offered:
        service = services.get(motive.service_id, "")
        site = sites.get(motive.organisation_id, "")
        label = _("%(service)s – %(site)s", service=service, site=site) if several else service
        groups.setdefault(label, []).append(motive)
    return [Group(label=label, motives=groups[label]) for label in sorted(groups, key=str.casefold)]
