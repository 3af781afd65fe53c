from creneau.people.rules import same_name


def test_names_are_compared_without_case_accents_and_hyphens() -> None:
    assert same_name(("Hélène", "Lefèvre-Noël"), ("HELENE", " lefevre  noel "))
    assert same_name(("Œdipe", "D’Arc"), ("oedipe", "d'arc"))
    assert same_name(("Ève", "Straße"), ("eve", "STRASSE"))


def test_another_name_is_another_person() -> None:
    assert not same_name(("Paul", "Noël"), ("Paule", "Noël"))
    assert not same_name(("Marie", "Anne"), ("Anne", "Marie"))
