"""What the tutorial's administrator does first: the organisation, places, agents, motives (step 1)."""

from playwright.async_api import expect

from tests.e2e.demo_space import Desk

NORTH = "Solidarités – territoire Nord"
HALL = "Mairie de Saint-Rémy"
MOTIVE = "Accompagnement à la parentalité"
NADIA = "Nadia Bonnet"


async def set_the_organisation_up(desk: Desk) -> None:
    await desk.by_menu("Administration")
    await desk.link("Organisations").first.click()
    await desk.link(NORTH).click()
    await desk.field("Téléphone").fill("01 99 00 40 99")
    await desk.field("Horaires d’ouverture").fill("Du lundi au vendredi : 9 h – 17 h")
    await desk.button("Enregistrer l’organisation").click()
    await desk.told("Modifié")


async def add_a_place(desk: Desk) -> None:
    await desk.by_menu("Administration")
    await desk.link("Lieux").first.click()
    await desk.link("Ajouter un lieu").click()
    await desk.field("Organisation").select_option(label=NORTH)
    await desk.field("Nom").fill(HALL)
    await desk.field("Adresse").fill("1 place du Marché\n03994 Saint-Rémy")
    await desk.field("Accès").fill("Premier étage, ascenseur à gauche de l’accueil.")
    await desk.button("Créer le lieu").click()
    await expect(desk.link(HALL)).to_be_visible()


async def invite_nadia(desk: Desk, email: str) -> None:
    """Invite her as an administrator by mistake, and give her the right role."""
    await desk.by_menu("Administration")
    await desk.link("Agents").first.click()
    await desk.link("Inviter un agent").click()
    await desk.field("Prénom").fill("Nadia")
    await desk.field("Nom de famille").fill("Bonnet")
    await desk.field("Adresse e-mail professionnelle").fill(email)
    await desk.field("PMI").check()
    await desk.field(NORTH).select_option(label="Administration")
    await desk.button("Envoyer l’invitation").click()
    await desk.told(email)
    await desk.headed(NADIA)
    await desk.field(NORTH).select_option(label="Agent")
    await desk.button("Enregistrer l’agent").click()
    await desk.told("Modifié : rôles.")


async def create_the_motive(desk: Desk) -> None:
    await desk.by_menu("Administration")
    await desk.link("Motifs").first.click()
    await desk.link("Créer un motif").click()
    await desk.field("Organisation").select_option(label=NORTH)
    await desk.field("Service").select_option(label="PMI")
    await desk.field("Nom").select_option(label=MOTIVE)
    secretariat = desk.field("Le rendez-vous peut être effectué par le service secrétariat")
    await desk.choice("À domicile").check()
    await expect(secretariat).to_be_disabled()
    await expect(desk.page.get_by_text("Impossible à domicile")).to_be_visible()
    await desk.choice("Sur place").check()
    await expect(secretariat).to_be_enabled()
    await desk.page.locator("#duration_minutes").fill("30")
    await desk.choice("Tout le monde, en ligne").check()
    await desk.page.locator("#instructions_before").fill(
        "Venez sans votre enfant la première fois."
    )
    await desk.page.locator("#instructions_after").fill("Le bureau est au premier étage.")
    await desk.button("Créer le motif").click()
    await desk.headed(MOTIVE)


async def try_to_be_the_last_to_go(desk: Desk) -> None:
    """Give one's own role up, which would leave the space to nobody."""
    await desk.by_menu("Administration")
    await desk.link("Agents").first.click()
    await desk.link("Rousseau Hélène").click()
    await expect(desk.link("Retirer cet agent")).to_have_count(0)
    await desk.field(NORTH).select_option(label="Agent")
    await desk.button("Enregistrer l’agent").click()
    await expect(desk.page.get_by_role("alert")).to_contain_text(
        "C’est la dernière personne qui administre cette organisation."
    )
