"""Debian's mail server (exim4-daemon-light), started by the test as a process of its own.

Its configuration, certificate, spool and mailboxes lie in a folder of the test's; it listens on two
free ports of this machine, with STARTTLS on one and TLS from the first byte on the other, and takes
messages from whoever signs in.
"""

import os
import shutil
import socket
import subprocess
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from pwd import getpwnam
from time import monotonic

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.ports import free_port

PROGRAM = "/usr/sbin/exim4"
OWNER = "Debian-exim"
USER, PASSWORD = "mairie", "m0t de passe"
SECONDS = 60

CONFIGURATION = """
spool_directory = {folder}/spool
log_file_path = {folder}/log-%s
pid_file_path = {folder}/exim.pid
primary_hostname = localhost
local_interfaces = 127.0.0.1
daemon_smtp_ports = {starttls} : {implicit}
tls_on_connect_ports = {implicit}
tls_certificate = {folder}/server.pem
tls_privatekey = {folder}/server.pem
tls_advertise_hosts = *
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
acl_smtp_rcpt = recipients
acl_smtp_data = content
queue_only = true
keep_environment =
host_lookup =
smtp_accept_max_per_connection = 0
deliver_drop_privilege = {drop}

begin acl
recipients:
  deny message = unknown here
    local_parts = unknown
  defer message = 4.7.1 greylisted, come back in 300 seconds
    local_parts = patience
  accept authenticated = *
  deny message = sign in first
content:
  accept

begin routers
everybody:
  driver = accept
  transport = mailboxes

begin transports
mailboxes:
  driver = appendfile
  directory = {folder}/mail
  maildir_format
  create_directory
  {user}

begin retry
* * F,1h,1m

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{name}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
"""


class MailServer:
    """A mail server that runs, and what it has delivered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.starttls, self.implicit = free_port(), free_port()

    @property
    def authority(self) -> Path:
        """The certificate that signs the server's."""
        return self.folder / "authority.pem"

    def delivered(self) -> list[EmailMessage]:
        found = sorted((self.folder / "mail" / "new").glob("*"))
        return [message_from_bytes(one.read_bytes(), policy=policy.default) for one in found]

    def run_queue(self) -> None:
        """Have everything delivered that was taken and waits."""
        subprocess.run(  # noqa: S603 - the test's own server
            [PROGRAM, "-C", str(self.folder / "exim.conf"), "-qff"],
            check=True,
            timeout=SECONDS,
        )


@contextmanager
def running(folder: Path) -> Generator[MailServer, None, None]:
    """Run the server for the time of the block."""
    server = MailServer(folder)
    prepare(server)
    process = subprocess.Popen(  # noqa: S603 - the test's own server
        [PROGRAM, "-C", str(folder / "exim.conf"), "-bdf", "-q1h"]
    )
    try:
        _wait_for(server.starttls, process)
        yield server
    finally:
        process.terminate()
        process.wait(SECONDS)


def prepare(server: MailServer) -> None:
    assert shutil.which(PROGRAM), "install exim4-daemon-light"
    write_certificates(server.folder)
    root = os.geteuid() == 0
    (server.folder / "exim.conf").write_text(
        CONFIGURATION.format(
            folder=server.folder,
            starttls=server.starttls,
            implicit=server.implicit,
            user=f"user = {OWNER}" if root else "",
            drop="false" if root else "true",
            name=USER,
            password=PASSWORD,
        ),
        encoding="ascii",
    )
    for name in ("spool", "mail"):
        (server.folder / name).mkdir()
    if root:
        owner = getpwnam(OWNER)
        for path in (server.folder, *server.folder.iterdir()):
            if path.name != "exim.conf":
                os.chown(path, owner.pw_uid, owner.pw_gid)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = monotonic() + SECONDS
    while monotonic() < until:
        assert process.poll() is None, "the mail server did not start"
        with closing(socket.socket()) as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0 and probe.recv(3) == b"220":
                return
    raise AssertionError("the mail server is not there")


def write_certificates(folder: Path) -> None:
    """Make an authority, and a certificate of it for `localhost`."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _certificate("Authority", authority_key.public_key(), "Authority", authority_key)
    server = _certificate("localhost", key.public_key(), "Authority", authority_key)
    pem = serialization.Encoding.PEM
    (folder / "authority.pem").write_bytes(authority.public_bytes(pem))
    plain = serialization.NoEncryption()
    (folder / "server.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + server.public_bytes(pem)
    )


def _certificate(
    name: str,
    key: ec.EllipticCurvePublicKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    now = datetime.now(UTC)
    is_authority = name == issuer
    return (
        x509.CertificateBuilder(
            _named(issuer),
            _named(name),
            key,
            x509.random_serial_number(),
            now - timedelta(hours=1),
            now + timedelta(days=1),
        )
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
        .sign(issuer_key, hashes.SHA256())
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
