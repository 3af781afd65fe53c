"""The tutorial shows what its script takes, and leaves out nothing that people knew before."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TUTORIAL = (DOCS / "tutoriel.md").read_text(encoding="utf-8")
SHOWN = set(re.findall(r"\]\((images/tutoriel/[^)]+)\)", TUTORIAL))
# Whatever is set in bold is on a page, in these words; a way through pages is set with “›”.
NAMED = sorted(
    {
        label
        for bold in re.findall(r"\*\*(.+?)\*\*", TUTORIAL, re.DOTALL)
        for label in " ".join(bold.split()).split(" › ")
    }
)
# What the tutorial of the tool that people used before explains, step by step.
EXPLAINED = [
    "effectuer le paramétrage",
    "Votre organisation",
    "Vos lieux",
    "Vos agents",
    "Modifier le rôle d’un agent",
    "Retirer un agent",
    "Vos motifs",
    "Configuration générale",
    "Type de rendez-vous",
    "Rendez-vous de suivi",
    "Rendez-vous du secrétariat",
    "Prise de rendez-vous en ligne",
    "Messages",
    "Consignes",
    "Vos statistiques",
    "définir votre planning",
    "Plages d’ouverture",
    "Absences",
    "créer votre base d’usagers",
    "Créer la fiche d’un usager",
    "Créer la fiche d’un proche",
    "Consulter les rendez-vous d’un usager",
    "Rechercher un usager",
    "gérer vos rendez-vous",
    "Voir l’agenda d’un autre agent",
    "Poser un rendez-vous",
    "Lire un rendez-vous",
    "Supprimer un rendez-vous",
    "Modifier un rendez-vous",
    "Donner un statut",
    "Lire l’historique",
    "Comment se déconnecter",
]


def test_every_picture_that_is_shown_is_there_and_no_other() -> None:
    kept = {f"images/tutoriel/{one.name}" for one in (DOCS / "images" / "tutoriel").glob("*.png")}
    assert kept == SHOWN


def test_the_script_takes_the_pictures_that_are_shown() -> None:
    script = (DOCS / "pictures.py").read_text(encoding="utf-8")
    assert {
        f"images/tutoriel/{name}.png"
        for name in re.findall(r'^        "([a-z-]+)": (?:at|first_of|_)', script, re.MULTILINE)
    } == SHOWN


@pytest.fixture(scope="module")
def texts() -> str:
    """Read everything that puts words on a page."""
    return "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("web/creneau_web", "platform/creneau", "plugins")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".html", ".py"}
    )


@pytest.mark.parametrize("label", NAMED)
def test_what_it_tells_to_press_is_called_so_on_the_page(label: str, texts: str) -> None:
    assert f'"{label}' in texts or f'{label}"' in texts


@pytest.mark.parametrize("subject", EXPLAINED)
def test_it_explains_what_the_former_tool_explained(subject: str) -> None:
    lines = [line for line in TUTORIAL.splitlines() if subject in line]
    assert any(line.startswith("#") for line in lines)
