"""Searching a town by its name or its postcode, in the list that comes with the set-up."""

import pytest
from creneau.towns import service as towns
from creneau.towns.building import City, Commune, placed
from creneau.towns.rules import kilometres, plain
from creneau_web import assets


@pytest.fixture(scope="module", autouse=True)
def listed() -> None:
    assets.build()


def names(typed: str) -> list[str]:
    return [town.name for town in towns.search(typed)]


def test_every_commune_is_there_with_its_code_and_its_postcodes() -> None:
    assert len(towns.towns()) > 34_000
    reims = towns.town("51454")
    assert reims is not None
    assert (reims.name, reims.postcodes, reims.departement) == ("Reims", ("51100",), "51")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Reims", "Reims"),
        ("reims 51100", "Reims"),
        ("51100", "Reims"),
        ("saint etienne", "Saint-Étienne"),
        ("St-Étienne", "Saint-Étienne"),
        ("75011", "Paris 11e Arrondissement"),
        ("paris", "Paris"),
        ("L'Haÿ", "L'Haÿ-les-Roses"),
        ("97400", "Saint-Denis"),
        ("20000", "Ajaccio"),
    ],
)
def test_a_town_is_found_however_it_is_typed(typed: str, first: str) -> None:
    assert names(typed)[0] == first


@pytest.mark.parametrize("typed", ["", "  ", "-", "99999", "Qqqqq", "<script>", "%"])
def test_what_is_no_town_finds_none(typed: str) -> None:
    assert names(typed) == []


def test_the_town_of_a_postal_address_is_the_one_that_it_names() -> None:
    witry = towns.town_at("51420", "CERNAY LES REIMS")
    assert witry is not None
    assert witry.name == "Cernay-lès-Reims"
    assert towns.town_at("51420", "Ailleurs") is None
    assert towns.town_at("51100", "cedex") is not None


def test_a_village_that_nobody_placed_stands_among_its_neighbours_and_says_so() -> None:
    communes = [
        Commune(code="01001", nom="Ville", type="commune-actuelle", departement="01", codes_postaux=("01000",)),
        Commune(code="01002", nom="Bourg", type="commune-actuelle", departement="01", codes_postaux=("01000",)),
        Commune(code="01003", nom="Hameau", type="commune-actuelle", departement="01", codes_postaux=("01000",)),
        Commune(code="01004", nom="Loin", type="commune-actuelle", departement="01", codes_postaux=("38999",)),
        Commune(code="01005", nom="Avant", type="commune-deleguee", departement="01"),
    ]  # fmt: skip
    cities = [
        City(name="Ville", lat="46.0", lng="5.0", country="FR", admin2="01"),
        City(name="Bourg", lat="46.2", lng="5.2", country="FR", admin2="01"),
        City(name="Hameau", lat="10.0", lng="10.0", country="IT", admin2="01"),
    ]
    found = {town.name: town for town in placed(communes, cities)}
    assert set(found) == {"Ville", "Bourg", "Hameau", "Loin"}
    assert (found["Hameau"].latitude, found["Hameau"].longitude) == (46.1, 5.1)
    assert [name for name, town in found.items() if not town.exact] == ["Hameau", "Loin"]


def test_distances_are_those_of_the_globe() -> None:
    paris, lyon = (48.8534, 2.3488), (45.7491, 4.8479)
    assert kilometres(paris, lyon) == pytest.approx(392, abs=3)
    assert kilometres(paris, paris) == 0


def test_names_are_compared_without_accents_and_hyphens() -> None:
    assert plain("Sainte-Œuvre-d’Été") == "sainte oeuvre d ete"
