"""A table is read however it was saved, or refused in a sentence (T-14)."""

import pytest
from creneau.i18n import current_locale
from creneau.imports.kinds.places import COLUMNS
from creneau.imports.reading import LARGEST, lines_of
from creneau.imports.schemas import Line
from creneau.refusals import InvalidInput

TABLE = "Nom;Téléphone\nMairie annexe;01 99 00 21 00\n\nÉcole d’été;\n"
READ = [
    Line(2, {"name": "Mairie annexe", "phone": "01 99 00 21 00"}),
    Line(4, {"name": "École d’été", "phone": ""}),
]


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode(),
        b"\xef\xbb\xbf" + TABLE.encode(),
        TABLE.encode("cp1252"),
        TABLE.encode("utf-16"),
        TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace(";", ",").encode(),
        TABLE.replace(";", "\t").encode(),
        TABLE.replace("Nom;Téléphone", "NOM ; telephone").encode(),
    ],
    ids=["utf-8", "bom", "windows", "utf-16", "crlf", "comma", "tab", "titles"],
)
def test_a_table_is_read_as_people_save_it(content: bytes) -> None:
    assert lines_of(content, COLUMNS, 10) == READ


def test_what_is_quoted_may_hold_delimiters_and_line_ends() -> None:
    content = 'Nom;Adresse\n"Mairie; annexe";"1 place\nClairval"\nÉcole;\n'
    first, second = lines_of(content.encode(), COLUMNS, 10)
    assert first.values == {"name": "Mairie; annexe", "address": "1 place\nClairval"}
    assert second.text("name") == "École"


def test_titles_are_read_in_english_too() -> None:
    token = current_locale.set("en")
    try:
        assert lines_of(b"Name,Phone\nTown hall,\n", COLUMNS, 10)[0].text("name") == "Town hall"
    finally:
        current_locale.reset(token)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b"\n \n", "vide"),
        (b"Nom\n", "que des titres"),
        (b"Nom;Couleur\nMairie;bleu\n", "Couleur"),
        ("Téléphone\n01\n".encode(), "Il manque ces colonnes : Nom"),
        (b"Nom;Nom\nA;B\n", "deux fois"),
        (b"Nom\n" + b"Mairie\n" * 11, "11 lignes"),
        (b"PK\x03\x04\x00\x00xlsx", "format CSV"),
        (b"x" * (LARGEST + 1), "10 Mo"),
        (b'Nom\n"' + b"x" * 200_000 + b'"\n', "ne se lit pas"),
    ],
)
def test_what_is_no_such_table_is_refused_in_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        lines_of(content, COLUMNS, 10)
    assert said in refused.value.fields["file"]
