import secrets
from pathlib import Path
from urllib.parse import quote

import msgspec

from creneau_infra import processes
from creneau_infra.errors import ServerRefused
from creneau_infra.postgres.cluster import PORT

DATABASE = "creneau"


class Passwords(msgspec.Struct, frozen=True):
    """The passwords of the three roles, kept beside the cluster for its owner alone."""

    postgres: str
    creneau_owner: str
    creneau_app: str


class PostgresAddress(msgspec.Struct, frozen=True):
    """How to reach the server, as each of its three roles."""

    owner_url: str
    app_url: str
    superuser_url: str


def read_passwords(home: Path) -> Passwords:
    """Read the passwords of the cluster in `home`.

    Raises:
        ServerRefused: They are missing, so that nobody could sign in.
    """
    try:
        return msgspec.json.decode(_file(home).read_bytes(), type=Passwords)
    except (FileNotFoundError, msgspec.DecodeError) as error:
        raise ServerRefused(
            f"Le fichier {_file(home)} manque ou ne se lit pas : restaurez-le depuis une"
            " sauvegarde, ou choisissez un autre dossier de données.",
            f"The file {_file(home)} is missing or unreadable: restore it from a backup, or"
            " choose another data folder.",
        ) from error


def make_passwords(home: Path) -> Passwords:
    """Make the passwords of a cluster that is about to be made, and keep them."""
    made = Passwords(*(secrets.token_hex(24) for _ in Passwords.__struct_fields__))
    file = _file(home)
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_bytes(msgspec.json.encode(made))
    return made


def _file(home: Path) -> Path:
    return home / "passwords.json"


def address_of(sockets: Path, passwords: Passwords) -> PostgresAddress:
    """Put together the three addresses of the server that listens in `sockets`."""
    end = f"@/{DATABASE}?host={quote(str(sockets), safe='')}&port={PORT}"
    urls = (
        f"postgresql://{role}:{word}{end}"
        for role, word in msgspec.structs.asdict(passwords).items()
    )
    superuser, owner, app = urls
    return PostgresAddress(owner_url=owner, app_url=app, superuser_url=superuser)


def bootstrap(binaries: Path, sockets: Path, passwords: Passwords) -> None:
    """Make the two roles and the database; what exists already is brought to the same state.

    Raises:
        ServerRefused: The server refused a statement.
    """
    environ = {"PGPASSWORD": passwords.postgres}
    login = ["-h", str(sockets), "-p", str(PORT), "-U", "postgres", "-d", "postgres"]
    quiet = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"]
    script = _BOOTSTRAP.format(owner=passwords.creneau_owner, app=passwords.creneau_app)
    ended = processes.run([binaries / "psql", *quiet, *login], None, text=script, environ=environ)
    if ended.status != 0:
        line = ended.output.strip().splitlines()[-1]
        raise ServerRefused(
            f"Les rôles de PostgreSQL n’ont pas pu être créés : {line}",
            f"PostgreSQL's roles could not be made: {line}",
        )


_BOOTSTRAP = """\
SELECT 'CREATE ROLE creneau_owner' WHERE NOT EXISTS
    (SELECT FROM pg_roles WHERE rolname = 'creneau_owner') \\gexec
SELECT 'CREATE ROLE creneau_app' WHERE NOT EXISTS
    (SELECT FROM pg_roles WHERE rolname = 'creneau_app') \\gexec
ALTER ROLE creneau_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD '{owner}';
ALTER ROLE creneau_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD '{app}';
ALTER ROLE creneau_app SET statement_timeout = '30s';
ALTER ROLE creneau_app SET idle_in_transaction_session_timeout = '60s';
SELECT 'CREATE DATABASE creneau OWNER creneau_owner' WHERE NOT EXISTS
    (SELECT FROM pg_database WHERE datname = 'creneau') \\gexec
REVOKE ALL ON DATABASE creneau FROM PUBLIC;
GRANT CONNECT ON DATABASE creneau TO creneau_app;
\\connect creneau
ALTER SCHEMA public OWNER TO creneau_owner;
"""
