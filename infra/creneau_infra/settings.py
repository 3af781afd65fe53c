import difflib
import os
import re
import secrets
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlsplit

import msgspec

from creneau_infra.errors import SettingsError

PREFIX = "CRENEAU_"
SHORTEST_SECRET = 32
LISTED = re.compile(r"[,\s]+")

Network = IPv4Network | IPv6Network
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
DOMAIN = r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"
NAME_SERVER = r"^([0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-f:]*:[0-9a-f:]*):[0-9]{1,5}$"


def _default_data_dir() -> Path:
    if os.geteuid() == 0:
        # The embedded server runs as a user of its own, which cannot enter root's home.
        return Path("/var/lib/creneau")
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "creneau"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an operator can choose, one `CRENEAU_*` variable per field."""

    environment: Literal["demo", "production", "test"] = "demo"
    data_dir: Path = msgspec.field(default_factory=_default_data_dir)
    postgres_url: str | None = None
    postgres_app_url: str | None = None
    redis_url: str | None = None
    base_domain: str = "localhost"
    host: str = "127.0.0.1"
    port: Port = 8000
    public_scheme: Literal["http", "https"] = "http"
    secret_key: str = ""
    # The newest first; older ones open what was sealed before (`creneau secrets rotate`).
    encryption_keys: tuple[str, ...] = ()
    # As `host:port`: private addresses that tenants' identity providers may have all the same.
    outgoing_private_hosts: tuple[str, ...] = ()
    smtp_url: str | None = None
    mail_sender: str = ""
    # Mails come back to addresses of this domain, whose server pipes them to `creneau mail bounce`.
    bounce_domain: Annotated[str, msgspec.Meta(pattern=DOMAIN)] | None = None
    # Address and port; without it, the machine's own name servers are asked.
    name_server: Annotated[str, msgspec.Meta(pattern=NAME_SERVER)] | None = None
    trusted_proxies: tuple[Network, ...] = ()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "console"
    pool_size: Annotated[int, msgspec.Meta(ge=1, le=200)] = 10
    # Of the interface for programs, in each process.
    tenant_requests_per_minute: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)] = 600
    # Mails and texts of each tenant, whatever the number of workers; codes do not wait for it.
    tenant_messages_per_minute: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 600

    def __repr__(self) -> str:
        # The structure's own form would write the secret key and passwords into a traceback.
        return f"Settings(environment={self.environment!r}, base_domain={self.base_domain!r})"


FIELDS = {field.name: field for field in msgspec.structs.fields(Settings)}


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `CRENEAU_*` variables; an empty variable counts as not set.

    Raises:
        SettingsError: A variable is unknown, missing or not acceptable; the sentence names it.
    """
    chosen = _chosen(os.environ if environ is None else environ)
    values: dict[str, Any] = {name: _convert(name, text) for name, text in chosen.items()}
    settings = _with_environment_defaults(Settings(**values), chosen)
    _check(settings)
    return settings


def _chosen(environ: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for variable in sorted(environ):
        if variable.startswith(PREFIX):
            name = variable.removeprefix(PREFIX).lower()
            if name not in FIELDS:
                raise _unknown(variable)
            found[name] = environ[variable].strip()
    return {name: text for name, text in found.items() if text}


def _unknown(variable: str) -> SettingsError:
    known = [variable_of(name) for name in FIELDS]
    near = difflib.get_close_matches(variable, known, n=1)
    french = f" Vouliez-vous dire {near[0]} ?" if near else ""
    english = f" Did you mean {near[0]}?" if near else ""
    return SettingsError(
        f"La variable {variable} est inconnue.{french}",
        f"The variable {variable} is unknown.{english}",
    )


def variable_of(name: str) -> str:
    """Give the environment variable that sets the field `name`."""
    return PREFIX + name.upper()


def _convert(name: str, text: str) -> Any:
    try:
        if name == "trusted_proxies":
            return tuple(ip_network(part, strict=False) for part in LISTED.split(text))
        if name in {"encryption_keys", "outgoing_private_hosts"}:
            return tuple(LISTED.split(text))
        return msgspec.convert(text, FIELDS[name].type, strict=False, dec_hook=_path)
    except (msgspec.ValidationError, ValueError) as error:
        raise SettingsError(
            f"La variable {variable_of(name)} n’est pas acceptable : {_expected(name)[0]}.",
            f"The variable {variable_of(name)} is not acceptable: {_expected(name)[1]}.",
        ) from error


def _path(_kind: type, value: str) -> Path:
    return Path(value).expanduser().absolute()


def _expected(name: str) -> tuple[str, str]:
    choices = getattr(FIELDS[name].type, "__args__", ())
    if choices and all(isinstance(choice, str) for choice in choices):
        listed = ", ".join(cast("tuple[str, ...]", choices))
        return f"choisissez parmi {listed}", f"choose one of {listed}"
    return {
        "port": ("un nombre de 1 à 65535 est attendu", "a number from 1 to 65535 is expected"),
        "pool_size": ("un nombre de 1 à 200 est attendu", "a number from 1 to 200 is expected"),
        "tenant_requests_per_minute": (
            "un nombre de 1 à 10000000 est attendu",
            "a number from 1 to 10000000 is expected",
        ),
        "tenant_messages_per_minute": (
            "un nombre de 1 à 1000000 est attendu",
            "a number from 1 to 1000000 is expected",
        ),
        "name_server": (
            "une adresse et un port sont attendus, comme 192.0.2.1:53",
            "an address and a port are expected, such as 192.0.2.1:53",
        ),
        "bounce_domain": (
            "un nom de domaine est attendu, comme retours.example.fr",
            "a domain name is expected, such as bounces.example.org",
        ),
        "trusted_proxies": (
            "des adresses ou réseaux séparés par des virgules sont attendus",
            "addresses or networks separated by commas are expected",
        ),
    }.get(name, ("sa valeur ne se lit pas", "its value cannot be read"))


def _with_environment_defaults(settings: Settings, chosen: Mapping[str, str]) -> Settings:
    production = settings.environment == "production"
    changes: dict[str, Any] = {}
    if "mail_sender" not in chosen:
        changes["mail_sender"] = f"Créneau <ne-pas-repondre@{settings.base_domain}>"
    if "log_format" not in chosen:
        changes["log_format"] = "json" if production else "console"
    if "public_scheme" not in chosen:
        changes["public_scheme"] = "https" if production else "http"
    if "secret_key" not in chosen and not production:
        changes["secret_key"] = _kept_secret(settings.data_dir / "secret_key")
    if "encryption_keys" not in chosen and not production:
        changes["encryption_keys"] = (_kept_secret(settings.data_dir / "encryption_key"),)
    return msgspec.structs.replace(settings, **changes)


def _kept_secret(path: Path) -> str:
    """Read the demo's own secret, or make it once: what it protects then outlives a restart."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        if not path.exists():
            _write_secret(path)
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingsError(
            f"Le dossier {path.parent} n’est pas accessible en écriture : changez ses droits"
            f" ou choisissez-en un autre avec {variable_of('data_dir')}.",
            f"The folder {path.parent} cannot be written to: change its permissions"
            f" or choose another with {variable_of('data_dir')}.",
        ) from error


def _write_secret(path: Path) -> None:
    # Written aside and linked: two processes that start together agree on one secret.
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    aside.touch(mode=0o600)
    aside.write_text(secrets.token_urlsafe(48), encoding="ascii")
    try:
        path.hardlink_to(aside)
    except FileExistsError:
        pass
    finally:
        aside.unlink()


def _check(settings: Settings) -> None:
    _check_secret(settings)
    _check_url("postgres_url", settings.postgres_url, {"postgres", "postgresql"})
    _check_url("postgres_app_url", settings.postgres_app_url, {"postgres", "postgresql"})
    _check_url("redis_url", settings.redis_url, {"redis", "rediss", "unix"})
    _check_url("smtp_url", settings.smtp_url, {"smtp", "smtps"})
    _check_pair(settings)
    _check_domain(settings.base_domain)
    if settings.environment == "production" and settings.smtp_url is None:
        raise _missing("smtp_url")


def _check_secret(settings: Settings) -> None:
    given = {"secret_key": [settings.secret_key], "encryption_keys": settings.encryption_keys}
    for name, secrets_given in given.items():
        if not any(secrets_given):
            raise _missing(name)
        if any(len(secret) < SHORTEST_SECRET for secret in secrets_given):
            raise SettingsError(
                f"La variable {variable_of(name)} est trop courte :"
                f" il faut au moins {SHORTEST_SECRET} caractères.",
                f"The variable {variable_of(name)} is too short:"
                f" at least {SHORTEST_SECRET} characters are needed.",
            )


def _missing(name: str) -> SettingsError:
    return SettingsError(
        f"La variable {variable_of(name)} est nécessaire ici : donnez-lui une valeur.",
        f"The variable {variable_of(name)} is needed here: give it a value.",
    )


def _check_url(name: str, url: str | None, schemes: set[str]) -> None:
    if url is not None and not _is_url(url, schemes):
        listed = ", ".join(f"{scheme}://" for scheme in sorted(schemes))
        raise SettingsError(
            f"La variable {variable_of(name)} n’est pas acceptable :"
            f" une adresse qui commence par {listed} est attendue.",
            f"The variable {variable_of(name)} is not acceptable:"
            f" an address that starts with {listed} is expected.",
        )


def _is_url(url: str, schemes: set[str]) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.netloc or parts.path or parts.query)


def _check_pair(settings: Settings) -> None:
    # One role that both owns and serves would switch row-level security off in practice.
    if settings.postgres_url and not settings.postgres_app_url:
        raise _missing("postgres_app_url")
    if settings.postgres_app_url and not settings.postgres_url:
        raise _missing("postgres_url")
    if settings.postgres_url and settings.postgres_url == settings.postgres_app_url:
        raise SettingsError(
            f"{variable_of('postgres_url')} et {variable_of('postgres_app_url')} doivent désigner"
            " deux rôles différents : le propriétaire et l’application.",
            f"{variable_of('postgres_url')} and {variable_of('postgres_app_url')} must name"
            " two different roles: the owner and the application.",
        )


def _check_domain(domain: str) -> None:
    if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", domain):
        raise SettingsError(
            f"La variable {variable_of('base_domain')} n’est pas acceptable :"
            " un nom de domaine en minuscules est attendu, sans adresse ni port.",
            f"The variable {variable_of('base_domain')} is not acceptable:"
            " a domain name in lower case is expected, without scheme or port.",
        )
