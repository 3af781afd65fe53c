"""`creneau doctor`: is everything as it should be? One sentence each, and what to do."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

import msgspec
from creneau.history.sealing.schemas import Head
from creneau.i18n import gettext as _
from creneau_infra import logs, sealing
from creneau_infra.errors import SentenceError
from creneau_infra.settings import load
from creneau_tenants import addresses

from creneau_web.cli.chains import ChainHead, Heads
from creneau_web.cli.examining import Examined, examine
from creneau_web.cli.servers import in_loop, shared_servers


class _Kept(msgspec.Struct):
    heads: list[ChainHead]


def describe(command: ArgumentParser) -> None:
    """Say what the command takes."""
    command.add_argument("--json", action="store_true", help=_("pour un programme"))
    command.add_argument(
        "--against",
        type=Path,
        metavar="FICHIER",
        help=_("comparer l’historique avec ce qu’un « doctor --json » a écrit autrefois"),
    )


def run(chosen: Namespace) -> int:
    """Look at everything and print it; the exit code is 1 if something is wrong."""
    settings = load()
    logs.configure("error", settings.log_format)
    addresses.configure(settings)
    sealing.configure(settings)
    kept = heads_in(chosen.against) if chosen.against else {}
    with shared_servers(settings) as found:
        examined = in_loop(examine(found, kept))
    print(msgspec.json.encode(examined).decode() if chosen.json else in_words(examined))
    return 0 if examined.well else 1


def in_words(examined: Examined) -> str:
    """Put what was found on lines, what is wrong first, and the ends of the chains last."""
    marks = {"well": "  ✓", "wrong": "  ✗"}
    ordered = sorted(examined.findings, key=lambda finding: finding.state == "well")
    lines = [f"{marks[finding.state]} {finding.sentence}" for finding in ordered]
    if examined.heads:
        lines += ["", _("Fin des historiques, à garder ailleurs (avec --json) :")]
    lines += [f"    {head.slug:<20} {head.position:>9}  {head.digest}" for head in examined.heads]
    return "\n".join(lines)


def heads_in(path: Path) -> Heads:
    """Read the ends of chains that an earlier look wrote.

    Raises:
        SentenceError: The file cannot be read.
    """
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
        return {head.tenant: Head(head.position, bytes.fromhex(head.digest)) for head in kept.heads}
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        raise SentenceError(
            f"Le fichier {path} ne se lit pas : donnez ce que « creneau doctor --json » a écrit.",
            f"The file {path} cannot be read: give what “creneau doctor --json” wrote.",
        ) from error
