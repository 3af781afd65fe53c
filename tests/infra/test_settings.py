from ipaddress import ip_network
from pathlib import Path

import pytest
from creneau_infra.errors import SettingsError
from creneau_infra.settings import Settings, load

SECRET = "a-secret-that-is-long-enough-to-be-one"
PRODUCTION = {
    "CRENEAU_ENVIRONMENT": "production",
    "CRENEAU_SECRET_KEY": SECRET,
    "CRENEAU_ENCRYPTION_KEYS": SECRET,
    "CRENEAU_SMTP_URL": "smtp://mail.example.org",
}


def refused(**changes: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        load({"CRENEAU_SECRET_KEY": SECRET, **changes})
    return caught.value


def test_a_refusal_does_not_repeat_a_password() -> None:
    assert "word" not in refused(CRENEAU_SMTP_URL="imap://user:word@example.org").french


def test_nothing_set_gives_a_demo_on_this_machine(tmp_path: Path) -> None:
    settings = load({"CRENEAU_DATA_DIR": str(tmp_path)})
    assert settings.environment == "demo"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.public_scheme == "http"
    assert settings.log_format == "console"
    assert settings.mail_sender == "Créneau <ne-pas-repondre@localhost>"


def test_every_kind_of_variable_is_read() -> None:
    settings = load(
        {
            **PRODUCTION,
            "CRENEAU_PORT": "8080",
            "CRENEAU_POOL_SIZE": "20",
            "CRENEAU_ENCRYPTION_KEYS": f"{SECRET}-new, {SECRET}",
            "CRENEAU_TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.1",
            "CRENEAU_BASE_DOMAIN": "rdv.example.org",
            "CRENEAU_DATA_DIR": "/srv/creneau",
        }
    )
    assert (settings.port, settings.pool_size) == (8080, 20)
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("192.0.2.1/32"))
    assert settings.encryption_keys == (f"{SECRET}-new", SECRET)
    assert settings.data_dir == Path("/srv/creneau")
    assert (settings.public_scheme, settings.log_format) == ("https", "json")


def test_an_empty_variable_counts_as_not_set() -> None:
    assert load({**PRODUCTION, "CRENEAU_PORT": ""}).port == 8000


def test_an_unknown_variable_is_refused_with_the_nearest_known_one() -> None:
    error = refused(CRENEAU_PROT="8080")
    assert "CRENEAU_PROT " in error.french
    assert "CRENEAU_PORT ?" in error.french
    assert error.english == "The variable CRENEAU_PROT is unknown. Did you mean CRENEAU_PORT?"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CRENEAU_ENVIRONMENT", "staging"),
        ("CRENEAU_PORT", "0"),
        ("CRENEAU_PORT", "web"),
        ("CRENEAU_POOL_SIZE", "1000"),
        ("CRENEAU_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("CRENEAU_PUBLIC_SCHEME", "ftp"),
        ("CRENEAU_BASE_DOMAIN", "https://rdv.example.org"),
        ("CRENEAU_BASE_DOMAIN", "RDV.example.org"),
        ("CRENEAU_REDIS_URL", "localhost:6379"),
        ("CRENEAU_SMTP_URL", "http://mail.example.org"),
        ("CRENEAU_SMTP_URL", "smtp://mail.example.org:mail"),
        ("CRENEAU_POSTGRES_URL", "mysql://localhost/creneau"),
        ("CRENEAU_SECRET_KEY", "x" * 31),
        ("CRENEAU_ENCRYPTION_KEYS", f"{SECRET},{'x' * 31}"),
        ("CRENEAU_LOG_LEVEL", "loud"),
    ],
)
def test_a_value_that_is_not_acceptable_is_refused_by_its_name(variable: str, value: str) -> None:
    error = refused(**{variable: value})
    assert variable in error.french
    assert variable in error.english


@pytest.mark.parametrize(
    "missing", ["CRENEAU_SECRET_KEY", "CRENEAU_ENCRYPTION_KEYS", "CRENEAU_SMTP_URL"]
)
def test_production_needs_its_secrets_and_a_mail_server(missing: str) -> None:
    environ = {name: value for name, value in PRODUCTION.items() if name != missing}
    with pytest.raises(SettingsError, match=missing):
        load(environ)


def test_the_owner_and_the_application_are_two_roles() -> None:
    url = "postgresql://creneau@db/creneau"
    assert "CRENEAU_POSTGRES_APP_URL" in refused(CRENEAU_POSTGRES_URL=url).french
    assert "CRENEAU_POSTGRES_URL" in refused(CRENEAU_POSTGRES_APP_URL=url).french
    same = refused(CRENEAU_POSTGRES_URL=url, CRENEAU_POSTGRES_APP_URL=url)
    assert "two different roles" in same.english


def test_the_demo_keeps_its_secrets_from_one_start_to_the_next(tmp_path: Path) -> None:
    environ = {"CRENEAU_DATA_DIR": str(tmp_path / "data")}
    first, again = load(environ), load(environ)
    assert len(first.secret_key) >= 32
    assert again.secret_key == first.secret_key
    assert again.encryption_keys == first.encryption_keys != (first.secret_key,)
    files = sorted((tmp_path / "data").iterdir())
    assert [path.name for path in files] == ["encryption_key", "secret_key"]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence() -> None:
    with pytest.raises(SettingsError) as caught:
        load({"CRENEAU_DATA_DIR": "/proc/nowhere"})
    error = caught.value
    assert "/proc/nowhere" in error.french
    assert "CRENEAU_DATA_DIR" in error.french


def test_settings_never_show_a_secret() -> None:
    settings = Settings(secret_key=SECRET, smtp_url="smtp://user:word@mail.example.org")
    assert SECRET not in f"{settings!r} {settings}"
    assert "word" not in repr(settings)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LANG": "en_GB.UTF-8"}, "is unknown"),
        ({"LANG": "fr_FR.UTF-8"}, "est inconnue"),
        ({"LANG": "C.UTF-8"}, "est inconnue"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "en_US.UTF-8"}, "is unknown"),
        ({}, "est inconnue"),
    ],
)
def test_a_sentence_speaks_the_language_of_the_terminal(
    variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANG", "LC_ALL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert expected in str(refused(CRENEAU_WHAT="1"))
