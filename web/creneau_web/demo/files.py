"""The demo's files: births and addresses, who follows whom, what was noted, and one double."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from creneau.context import Actor
from creneau.people import service as people
from creneau.people.files import service as files
from creneau.people.finding.schemas import EVERYBODY, Found
from creneau.people.notes import service as notes
from creneau.people.rules import draft_of, version_of
from msgspec.structs import replace

from creneau_web.demo import calendar
from creneau_web.demo.furnishing import Furnished

FILLED: Final = 60
STREETS: Final = (
    "rue des Tilleuls", "avenue de la Gare", "place du Marché", "chemin des Vignes", "rue du Port",
)  # fmt: skip
NOTES: Final = (
    "Préfère être reçue le matin.",
    "A besoin d’un interprète en langue des signes.",
    "Se déplace en fauteuil : salle du rez-de-chaussée.",
    "A apporté son justificatif de domicile.",
    "Rappeler avant le rendez-vous : le portable n’est pas toujours allumé.",
)


async def write_files(furnished: Furnished) -> None:
    """Write into the files of those who came what agents would have written."""
    found = (await people.search("", EVERYBODY, FILLED)).persons
    luck = calendar.chance(f"{furnished.plan.tenant.slug} files")
    receiving = [plan for plan in furnished.plan.agents if plan.openings]
    staff = [furnished.agent_id(plan) for plan in receiving]
    for number, one in enumerate(one for one in found if one.responsible_id is None):
        actor = Actor("agent", luck.choice(staff))
        born = furnished.today - timedelta(days=luck.randrange(7_000, 30_000))
        await _complete(one, born, f"{luck.randrange(1, 90)} {luck.choice(STREETS)}", actor)
        if number % 3 == 0:
            await people.add_referent(one.id, luck.choice(staff), actor)
        if number % 4 == 1:
            await notes.add(one.id, luck.choice(NOTES), actor)
    await _double(found[0].id, furnished)


async def _complete(one: Found, born: date, address: str, actor: Actor) -> None:
    person = await people.person(one.id)
    draft = replace(draft_of(person), birth_date=born, address=address)
    await files.update(one.id, draft, version_of(person), actor)


async def _double(person_id: UUID, furnished: Furnished) -> None:
    """Make a second file of one person, as a hurried counter does."""
    known = draft_of(await people.person(person_id))
    hurried = replace(known, last_name=known.last_name.upper(), email="", address="")
    known_by = [*furnished.organisations.values()][:1]
    await files.create(hurried, known_by, furnished.administrator)
