"""Motives that are not offered to everybody alike: what must be known before, what is offered then."""

from collections.abc import Mapping
from typing import Final

import msgspec
from creneau.availability import limits
from creneau.availability import service as availability
from creneau.availability.errors import NothingOffered, PersonFirst, StepFirst
from creneau.availability.schemas import SOMEBODY, Asking
from creneau.i18n import gettext as _
from creneau.invitations import service as invitations
from creneau.motives.schemas import Motive
from creneau.organisations import service as organisations
from creneau.people import service as people
from litestar.response import Template

from creneau_web.public.invited import Invited
from creneau_web.public.journeys import AnyRequest, Journey
from creneau_web.public.refusals import Elsewhere, NotOffered
from creneau_web.rendering import page

MINE: Final = "/mes-rendez-vous"


class Offered(msgspec.Struct, frozen=True):
    """For whom slots are searched, and what stands above them."""

    asking: Asking = SOMEBODY
    note: str = ""
    note_href: str = ""
    invited: Invited | None = None


async def offered_to(
    request: AnyRequest, motive: Motive, invited: Invited | None = None
) -> Offered:
    """Say for whom a motive's slots are searched (S-02, S-11, S-12).

    Raises:
        Elsewhere: Something must be known before: who it is, or what a plugin asks.
        NotOffered: Nobody's time is offered to them.
    """
    if invited is None and not limits.is_limited(motive):
        return Offered()
    journey = await Journey.current(request)
    try:
        asking = await _asking(journey, invited)
        found = await availability.limited_for(motive, asking)
        return Offered(asking, found.note, found.note_href, invited)
    except PersonFirst:
        raise await _way_to_sign_in(journey, motive) from None
    except StepFirst as step:
        raise Elsewhere(step.way) from None
    except NothingOffered as refusal:
        way = str(refusal.details.get("way", ""))
        raise NotOffered(motive, str(refusal), way=way) from None


async def _asking(journey: Journey | None, invited: Invited | None) -> Asking:
    answers = journey.memory.answers if journey else {}
    if invited is not None:
        found = await invitations.asking_of(invited.invitation)
        return msgspec.structs.replace(found, answers=answers)
    return Asking(person_id=journey.session.person_id if journey else None, answers=answers)


async def _way_to_sign_in(journey: Journey | None, motive: Motive) -> Elsewhere | NotOffered:
    back = f"?suite=/rdv/{motive.id}"
    email = journey.session.email if journey else None
    if not email:
        return Elsewhere(f"{MINE}/connexion{back}")
    if await people.proven_persons(email):
        return Elsewhere(f"{MINE}/personne{back}")
    sentence = _(
        "Aucun dossier n’est lié à l’adresse %(email)s. Appelez-nous : nous chercherons avec vous.",
        email=email,
    )
    return NotOffered(motive, sentence, way=f"{MINE}/connexion{back}")


async def not_offered_page(motive: Motive, sentence: str, *, way: str = "") -> Template:
    """Say why nothing is offered, and whom to call: never an empty page (S-02).

    `way` leads to where another answer may find something.
    """
    return page(
        "public/not_offered.html",
        motive=motive,
        sentence=sentence,
        way=way,
        organisation=await organisations.organisation(motive.organisation_id),
    )


async def answers_of(request: AnyRequest) -> Mapping[str, str]:
    """Give what this visitor answered on plugins' pages before the slots."""
    journey = await Journey.current(request)
    return journey.memory.answers if journey else {}


async def keep_answers(request: AnyRequest, answers: Mapping[str, str]) -> None:
    """Keep answers in the visitor's session; an empty one is forgotten."""
    journey = await Journey.begin(request)
    kept = {**journey.memory.answers, **answers}
    await journey.remember(answers={name: value for name, value in kept.items() if value})
