"""What the tutorial's agents do every day: their planning, persons, appointments (steps 2 to 4)."""

from datetime import timedelta

from creneau_infra import clock
from playwright.async_api import expect

from tests.e2e.demo_space import Desk
from tests.e2e.tutorial_settings import HALL, MOTIVE, NADIA


def in_days(days: int) -> str:
    return (clock.now() + timedelta(days=days)).date().isoformat()


async def open_mornings(desk: Desk) -> None:
    """Open every morning for the new motive, having looked at the dates that this gives."""
    await desk.by_menu("Plages d’ouverture")
    await desk.link("Créer une plage d’ouverture").first.click()
    await desk.field("Nom").fill("Permanence parentalité")
    await desk.field("Lieu").select_option(label=HALL)
    await desk.page.get_by_label(MOTIVE).check()
    await desk.field("Premier jour").fill(in_days(1))
    await desk.field("Commence à").fill("09:00")
    await desk.field("Termine à").fill("12:00")
    await desk.field("Se répète").select_option(label="Par jour")
    await desk.button("Voir les dates de ce que j’ai écrit").click()
    await expect(desk.page.locator("#preview")).to_contain_text("tous les jours")
    await desk.button("Créer la plage d’ouverture").click()
    await desk.told("La plage d’ouverture est enregistrée.")
    await expect(desk.link("Permanence parentalité")).to_be_visible()


async def be_away(desk: Desk) -> None:
    """Write an absence down, change its name, and write down and delete another one."""
    await desk.by_menu("Absences")
    for name, day in (("Formation", 12), ("Erreur", 13)):
        await desk.link("Créer une absence").first.click()
        await desk.field("Nom").fill(name)
        await desk.field("Premier jour").fill(in_days(day))
        await desk.button("Créer l’absence").click()
        await desk.told("L’absence est enregistrée.")
    await desk.link("Formation").click()
    await desk.field("Nom").fill("Formation aux écrits")
    await desk.button("Enregistrer l’absence").click()
    await desk.told("L’absence est modifiée.")
    await desk.by_menu("Absences")
    await desk.link("Erreur").click()
    await desk.link("Supprimer").click()
    await desk.button("Supprimer").click()
    await desk.told("L’absence est supprimée.")
    await expect(desk.link("Erreur")).to_have_count(0)
    await expect(desk.link("Formation aux écrits")).to_be_visible()


async def write_down(desk: Desk, first_name: str, last_name: str, phone: str) -> str:
    """Make a person's file with its referent; gives the address of the file."""
    await desk.by_menu("Usagers")
    await desk.link("Créer une fiche").first.click()
    await desk.field("Prénom").fill(first_name)
    await desk.field("Nom de famille").fill(last_name)
    await desk.field("Téléphone").fill(phone)
    await desk.button("Créer la fiche").click()
    await desk.headed(f"{first_name} {last_name}")
    await desk.field("Ajouter un référent").select_option(label=NADIA)
    await desk.button("Ajouter").click()
    await expect(desk.page.locator("section", has_text="Agents référents")).to_contain_text(
        "depuis"
    )
    return desk.page.url


async def add_a_child(desk: Desk, first_name: str, last_name: str, parent: str) -> None:
    """Add a relative to an open file, and find it again by its first name with a slip."""
    await desk.link("Ajouter un proche").click()
    await expect(desk.page.locator("main")).to_contain_text(f"vont à {parent}")
    await desk.field("Prénom").fill(first_name)
    await desk.field("Nom de famille").fill(last_name)
    await desk.field("Date de naissance").fill("12/05/2024")
    await desk.button("Créer la fiche").click()
    await desk.headed(parent)
    await expect(desk.link(f"{first_name} {last_name}")).to_be_visible()
    await desk.by_menu("Usagers")
    await desk.field("Rechercher").fill(f"{first_name} {last_name}")
    await desk.button("Rechercher").click()
    await expect(desk.page.locator("#results")).to_contain_text(f"proche de {parent}")


async def set_from_the_agenda(desk: Desk, person: str) -> None:
    """Set an appointment on an open agenda, in three steps."""
    await desk.link("Poser un RDV").first.click()
    await desk.headed("Pour quel motif ?")
    await desk.page.get_by_label(MOTIVE).check()
    await desk.button("Continuer").click()
    await desk.headed("Qui vient ?")
    await desk.page.locator("#q").fill(person)
    await desk.button("Chercher").click()
    await desk.page.get_by_label(person).check()
    await desk.field("Notes sur le rendez-vous").fill("Vient avec son bail.")
    await desk.button("Continuer").click()
    await desk.headed("Quand, où et avec qui ?")
    await desk.field("Date").fill(in_days(2))
    await desk.field("Heure").fill("09:00")
    await desk.field("Lieu").select_option(label=HALL)
    await desk.button("Créer le RDV").click()
    await desk.told("est posé")


async def find_a_time(desk: Desk, person: str) -> str:
    """Set an appointment with whoever is free; gives the name that the time bore."""
    await desk.by_menu("Trouver un créneau")
    motive = desk.page.locator("#motif option", has_text=MOTIVE)
    await desk.field("Motif").select_option(value=await motive.get_attribute("value"))
    await desk.button("Afficher les créneaux").click()
    free = desk.page.locator(".finding-free").first
    await expect(free).to_be_visible()
    name = await free.inner_text()
    await free.click()
    await desk.headed("Qui vient ?")
    await desk.page.locator("#q").fill(person)
    await desk.button("Chercher").click()
    await desk.page.get_by_label(person).check()
    await desk.button("Créer le RDV").click()
    await desk.told("est posé")
    return name


async def open_agenda_of(desk: Desk, name: str) -> None:
    """Look somebody's agenda up in the menu that bears one's own name."""
    await desk.by_menu("Agenda")
    await desk.page.locator(".agenda-agents summary").click()
    sought = desk.page.locator("#agenda-q")
    await sought.fill(name.split(maxsplit=1)[0])
    if not await desk.has_scripts():
        await sought.press("Enter")
    await desk.page.locator(".agenda-names").get_by_role("link", name=name, exact=True).click()
    await expect(desk.page.locator(".office-head")).to_contain_text(f"Agenda de {name}")


async def open_appointment_of(desk: Desk, person: str) -> None:
    """Follow a person's next appointment from their file to its page."""
    await desk.by_menu("Usagers")
    await desk.field("Rechercher").fill(person)
    await desk.button("Rechercher").click()
    await expect(desk.page.locator("#results")).to_contain_text(person.rsplit(maxsplit=1)[-1])
    await desk.page.locator("#results tbody a", has_text=person.split(maxsplit=1)[0]).first.click()
    await desk.headed(person)
    await desk.page.locator(".person-bookings a").first.click()
    await expect(desk.page.get_by_role("group", name="Statut du rendez-vous")).to_be_visible()


async def set_status(desk: Desk, status: str) -> None:
    """Say with one click what becomes of the open appointment."""
    await desk.button(status).click()
    await expect(desk.button(status)).to_have_attribute("aria-pressed", "true")


async def change_it(desk: Desk, note: str) -> None:
    """Change the notes of the open appointment."""
    await desk.link("Modifier").click()
    await desk.field("Notes").fill(note)
    await desk.button("Enregistrer le rendez-vous").click()
    await expect(desk.page.locator("main")).to_contain_text(note)


async def delete_it(desk: Desk) -> None:
    """Delete the open appointment, which tells nobody and counts for nothing."""
    await desk.link("Supprimer").click()
    await desk.headed("Supprimer ce rendez-vous ?")
    await expect(desk.page.locator("main")).to_contain_text("disparaît de l’agenda")
    await desk.button("Supprimer le rendez-vous").click()
    await expect(desk.page.locator(".flashes")).to_contain_text("supprimé")
