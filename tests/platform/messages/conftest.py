import pytest
from creneau import i18n
from creneau.builtin import register_translations


@pytest.fixture(scope="package", autouse=True)
def english() -> None:
    i18n.add_catalogue(register_translations())
