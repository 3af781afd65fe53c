"""Lists of settings: what the address asks for is what is shown."""

from collections.abc import Generator
from contextlib import contextmanager

import msgspec
from creneau_infra.settings import load
from creneau_web.lists import PAGE_SIZE, Choice, Column, Listing, arranged, folded
from creneau_web.visit import Visit, current_visit


class Row(msgspec.Struct, frozen=True):
    name: str
    size: int | None = None


COLUMNS = [
    Column[Row](name="nom", label="Nom", key=lambda row: row.name),
    Column[Row](name="taille", label="Taille", key=lambda row: row.size, number=True),
    Column[Row](name="note", label="Note"),
]
SIZES = Choice[Row](
    name="taille",
    label="Taille",
    options=(("petit", "Petit"), ("grand", "Grand")),
    value_of=lambda row: "petit" if (row.size or 0) < 10 else "grand",
)


@contextmanager
def asked(query: str) -> Generator[None]:
    settings = load({"CRENEAU_ENVIRONMENT": "test"})
    token = current_visit.set(Visit(settings=settings, request_id="x", path="/l", query=query))
    try:
        yield
    finally:
        current_visit.reset(token)


def shown(rows: list[Row], query: str) -> Listing[Row]:
    with asked(query):
        return arranged(rows, COLUMNS, text_of=lambda row: row.name, choices=[SIZES])


def names(listing: Listing[Row]) -> list[str]:
    return [row.name for row in listing.rows]


def test_names_are_sorted_without_their_accents_and_numbers_by_size() -> None:
    rows = [Row("Zoé", 1), Row("élan", 20), Row("Abbaye")]
    assert names(shown(rows, "")) == ["Zoé", "élan", "Abbaye"]
    assert names(shown(rows, "tri=nom")) == ["Abbaye", "élan", "Zoé"]
    assert names(shown(rows, "tri=-nom")) == ["Zoé", "élan", "Abbaye"]
    assert names(shown(rows, "tri=taille")) == ["Zoé", "élan", "Abbaye"]
    assert names(shown(rows, "tri=inconnu")) == ["Zoé", "élan", "Abbaye"]


def test_a_heading_sorts_and_then_turns_round_and_keeps_the_filters() -> None:
    heads = shown([Row("a")], "tri=nom&filtre=a&page=2&lang=en").columns
    assert heads[0]["sorted"] == "ascending"
    assert heads[0]["sort_href"] == "/l?tri=-nom&filtre=a"
    assert heads[1]["sort_href"] == "/l?tri=taille&filtre=a"
    assert "sort_href" not in heads[2]


def test_words_and_choices_narrow_a_list() -> None:
    rows = [Row("École Jules Ferry", 1), Row("Mairie", 30)]
    assert names(shown(rows, "filtre=ferry+ecole")) == ["École Jules Ferry"]
    assert names(shown(rows, "filtre-taille=grand")) == ["Mairie"]
    assert names(shown(rows, "filtre-taille=enorme")) == ["École Jules Ferry", "Mairie"]
    assert shown(rows, "filtre=rien").filtered
    assert not shown(rows, "").filtered


def test_a_long_list_is_cut_into_pages() -> None:
    rows = [Row(f"{number:03}") for number in range(2 * PAGE_SIZE + 1)]
    second = shown(rows, "page=2&tri=nom")
    assert (second.page, second.pages, second.total) == (2, 3, 2 * PAGE_SIZE + 1)
    assert names(second)[0] == f"{PAGE_SIZE:03}"
    assert second.previous_href == "/l?page=1&tri=nom"
    assert second.next_href == "/l?page=3&tri=nom"
    for strange in ("0", "-3", "x", "99", "9" * 40):
        assert shown(rows, f"page={strange}").page in {1, 3}


def test_the_ends_of_a_long_list_are_one_way_off_where_no_neighbour_is_one() -> None:
    rows = [Row(f"{number:03}") for number in range(4 * PAGE_SIZE + 1)]
    ends = [
        (one.first_href, one.last_href)
        for one in (shown(rows, f"filtre-taille=&page={page}&tri=-nom") for page in range(1, 6))
    ]
    first, last = "/l?page=1&tri=-nom", "/l?page=5&tri=-nom"
    assert ends == [(None, last), (None, last), (first, last), (first, None), (first, None)]
    short = shown(rows[:PAGE_SIZE], "")
    assert (short.first_href, short.last_href) == (None, None)


def test_words_are_folded_to_what_somebody_types_in_a_hurry() -> None:
    assert folded("  L’Œuvre  d’Été ") == "l oeuvre d ete"
