from collections.abc import Generator

import pytest
from creneau_infra import sealing
from creneau_infra.settings import Settings

OLD, NEW = "an-older-key-that-is-long-enough", "a-newer-key-that-is-long-enough!"


def configure(*keys: str) -> None:
    sealing.configure(Settings(encryption_keys=keys))


@pytest.fixture(autouse=True)
def an_older_key(settings: Settings) -> Generator[None, None, None]:
    configure(OLD)
    yield
    sealing.configure(settings)


def test_a_secret_is_read_back_and_stands_nowhere_in_what_is_kept() -> None:
    sealed = sealing.seal("clé secrète")
    assert sealing.unseal(sealed) == "clé secrète"
    assert "clé".encode() not in sealed
    assert sealing.seal("clé secrète") != sealed


def test_an_older_key_opens_until_everything_is_sealed_anew() -> None:
    sealed = sealing.seal("secret")
    configure(NEW, OLD)
    assert sealing.unseal(sealed) == "secret"
    renewed = sealing.rotate(sealed)
    configure(NEW)
    assert sealing.unseal(renewed) == "secret"
    with pytest.raises(sealing.SealBrokenError):
        sealing.unseal(sealed)
    with pytest.raises(sealing.SealBrokenError):
        sealing.rotate(sealed)


def test_a_changed_value_stays_closed() -> None:
    sealed = sealing.seal("secret")
    with pytest.raises(sealing.SealBrokenError):
        sealing.unseal(sealed[:-1] + b"A")
