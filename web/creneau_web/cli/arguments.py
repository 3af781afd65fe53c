"""Which commands there are, and what each takes."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from importlib.metadata import version

from creneau.i18n import gettext as _

from creneau_web.cli import (
    agents,
    demo,
    doctor,
    lines,
    mail,
    outbox,
    planning,
    secrets,
    serving,
    sign_on,
    tenancy,
)

Run = Callable[[Namespace], int]


def parser() -> ArgumentParser:
    """Describe the commands in the terminal's language."""
    top = ArgumentParser(
        prog="creneau", description=_("Créneau, les rendez-vous du service public.")
    )
    top.add_argument("--version", action="version", version=version("creneau-web"))
    commands = top.add_subparsers(required=True, metavar=_("commande"))
    _demo(_command(commands, "demo", demo.run, _("démarrer la démonstration")))
    _port(_command(commands, "serve", serving.serve, _("servir les pages")))
    _command(commands, "worker", serving.worker, _("envoyer les messages")).set_defaults()
    _command(
        commands, "postman", serving.postman, _("parler aux serveurs de messagerie pour « worker »")
    )
    _command(commands, "migrate", serving.migrate_all, _("mettre la base de données à jour"))
    doctor.describe(_command(commands, "doctor", doctor.run, _("vérifier que tout va bien")))
    _tenant(commands.add_parser("tenant", help=_("gérer les espaces")))
    _token(commands.add_parser("token", help=_("gérer les jetons des programmes")))
    _planning(commands.add_parser("planning", help=_("vérifier le planning")))
    _outbox(commands.add_parser("outbox", help=_("reprendre ce qui n’a pas pu partir")))
    _mail(commands.add_parser("mail", help=_("recevoir les e-mails qui reviennent")))
    _sign_on(commands.add_parser("sign-on", help=_("secourir la connexion d’un espace")))
    _agent(commands.add_parser("agent", help=_("secourir un agent")))
    _secrets(commands.add_parser("secrets", help=_("gérer les clés des secrets")))
    return top


def _command(commands: object, name: str, run: Run, text: str) -> ArgumentParser:
    made: ArgumentParser = commands.add_parser(name, help=text, description=text)  # type: ignore[attr-defined] - argparse hides the class
    made.set_defaults(run=run)
    return made


def _demo(command: ArgumentParser) -> None:
    command.add_argument("--reset", action="store_true", help=_("repartir de zéro"))
    _port(command)


def _port(command: ArgumentParser) -> None:
    command.add_argument("--port", type=int, help=_("le port, au lieu de CRENEAU_PORT"))


def _tenant(command: ArgumentParser) -> None:
    commands = command.add_subparsers(required=True, metavar=_("commande"))
    _command(commands, "list", tenancy.list_tenants, _("lister les espaces"))
    create = _command(commands, "create", tenancy.create, _("créer un espace"))
    create.add_argument("slug", help=_("le nom court, début de l’adresse"))
    create.add_argument("name", help=_("le nom complet"))
    create.add_argument("--locale", choices=("fr", "en"), default="fr")
    create.add_argument("--time-zone", default="Europe/Paris")
    create.add_argument("--plugin", action="append", default=[], help=_("une verticale à activer"))
    plugin = _command(commands, "plugin", tenancy.plugin, _("activer ou couper une verticale"))
    plugin.add_argument("slug")
    plugin.add_argument("plugin")
    plugin.add_argument("switch", choices=("on", "off"))
    suspend = _command(
        commands, "suspend", tenancy.suspend, _("suspendre un espace, sans rien effacer")
    )
    suspend.add_argument("slug")
    resume = _command(commands, "resume", tenancy.resume, _("rouvrir un espace suspendu"))
    resume.add_argument("slug")
    lines.describe(_command(commands, "line", lines.line, _("ouvrir ou fermer une file d’attente")))


def _planning(command: ArgumentParser) -> None:
    commands = command.add_subparsers(required=True, metavar=_("commande"))
    rebuild = _command(
        commands, "rebuild", planning.rebuild, _("réécrire toutes les occurrences du planning")
    )
    rebuild.add_argument("--check", action="store_true", help=_("comparer sans rien changer"))
    rebuild.add_argument("--tenant", default="", help=_("le nom court d’un seul espace"))


def _outbox(command: ArgumentParser) -> None:
    commands = command.add_subparsers(required=True, metavar=_("commande"))
    outbox.describe(lambda name, run, text: _command(commands, name, run, text))


def _mail(command: ArgumentParser) -> None:
    commands = command.add_subparsers(required=True, metavar=_("commande"))
    mail.describe(lambda name, run, text: _command(commands, name, run, text))


def _token(command: ArgumentParser) -> None:
    commands = command.add_subparsers(required=True, metavar=_("commande"))
    create = _command(
        commands, "create", tenancy.create_api_token, _("créer un jeton, montré une seule fois")
    )
    create.add_argument("--tenant", required=True, help=_("le nom court de l’espace"))
    create.add_argument(
        "--scope", action="append", required=True, help=_("une portée, par exemple bookings:write")
    )
    create.add_argument("--label", default="", help=_("à quoi il sert"))
    create.add_argument("--days", type=int, default=365, help=_("sa durée en jours"))


def _agent(command: ArgumentParser) -> None:
    commands = command.add_subparsers(required=True, metavar=_("commande"))
    reset = _command(
        commands,
        "reset-factor",
        agents.reset_factor,
        _("remettre la double authentification d’un agent à zéro"),
    )
    reset.add_argument("slug", help=_("le nom court de l’espace"))
    reset.add_argument("email", help=_("l’adresse e-mail de l’agent"))


def _secrets(command: ArgumentParser) -> None:
    commands = command.add_subparsers(required=True, metavar=_("commande"))
    _command(
        commands,
        "rotate",
        secrets.rotate,
        _("sceller tous les secrets sous la clé la plus récente"),
    )


def _sign_on(command: ArgumentParser) -> None:
    commands = command.add_subparsers(required=True, metavar=_("commande"))
    passwords = _command(
        commands, "passwords", sign_on.passwords, _("rouvrir la connexion par mot de passe")
    )
    passwords.add_argument("slug", help=_("le nom court de l’espace"))
