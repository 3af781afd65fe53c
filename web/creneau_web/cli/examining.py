"""Everything that an operator should know of, each as one sentence that says what to do."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import asyncpg
import msgspec
from creneau.i18n import gettext as _
from creneau.i18n import ngettext
from creneau.sms.errors import SmsRefused
from creneau_infra.clock import now
from creneau_infra.doctor import service as doctor
from creneau_infra.mail.errors import MailRefusedError, ServerAwayError
from creneau_infra.mail.transports import SmtpTransport, transport_for
from creneau_infra.outbox import service as outbox
from creneau_infra.outbox.schemas import Backlog
from creneau_infra.postgres.errors import DatabaseUnavailableError
from creneau_infra.redis import client as redis
from creneau_infra.settings import Settings, variable_of
from creneau_tenants import service as tenants

from creneau_web.app import connections
from creneau_web.cli.chains import ChainHead, Finding, Heads, look_at_chains, well, wrong
from creneau_web.migrations import migration_apps

DIRECTORY: Final = frozenset({"tenant", "domain", "tenant_profile"})
"""Readable without a tenant: how a host finds its own."""
LEAST_FREE_SHARE: Final = 0.05
GIGABYTE: Final = 2**30
AWAY: Final = (
    DatabaseUnavailableError,
    OSError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)
SILENCE: Final = timedelta(minutes=2)
OF_THE_READER: Final = frozenset(
    error.__name__ for error in (MailRefusedError, SmsRefused, *SmsRefused.__subclasses__())
)
"""An address that does not exist is told where its message is listed: no operator mends it."""


class Examined(msgspec.Struct, frozen=True):
    """All findings, and the heads of the chains."""

    findings: Sequence[Finding]
    heads: Sequence[ChainHead]

    @property
    def well(self) -> bool:
        """Whether nothing is wrong."""
        return all(finding.state == "well" for finding in self.findings)


async def examine(settings: Settings, kept: Heads) -> Examined:
    """Look at everything; `kept` are heads from before, which the chains must still contain."""
    findings = [_disk(settings), await _mail(settings)]
    heads: list[ChainHead] = []
    try:
        async with connections(settings):
            findings += [await _redis(settings), await _database(settings)]
            # What is not up to date cannot be asked for more.
            if findings[-1].code != "migrations":
                findings += [await _worker(settings), await _outbox(settings)]
                chains = await look_at_chains(kept)
                findings += [finding for finding, _head in chains]
                heads += [head for _finding, head in chains if head is not None]
    except AWAY:
        findings.append(
            wrong(
                "database",
                _(
                    "La base de données ne répond pas : démarrez PostgreSQL, ou corrigez %(name)s.",
                    name=variable_of("postgres_app_url"),
                ),
            )
        )
    return Examined(findings, heads)


def _disk(settings: Settings) -> Finding:
    found = doctor.disk(settings.data_dir)
    free = f"{found.free / GIGABYTE:.1f}"
    if found.free < GIGABYTE or found.free < LEAST_FREE_SHARE * found.total:
        return wrong(
            "disk",
            _(
                "Il ne reste que %(free)s Go dans %(folder)s : faites de la place.",
                free=free,
                folder=settings.data_dir,
            ),
        )
    return well("disk", _("Le disque a encore %(free)s Go.", free=free))


async def _mail(settings: Settings) -> Finding:
    transport = transport_for(settings)
    if not isinstance(transport, SmtpTransport):
        return well("mail", _("Les messages restent dans la boîte de démonstration."))
    try:
        await transport.greet()
    except ServerAwayError as error:
        if error.trouble == "sign_in":
            return wrong(
                "mail",
                _(
                    "Le serveur de messagerie refuse le mot de passe : corrigez %(name)s.",
                    name=variable_of("smtp_url"),
                ),
            )
        return wrong(
            "mail",
            _(
                "Le serveur de messagerie ne répond pas : vérifiez-le, ou corrigez %(name)s."
                " Les messages attendent.",
                name=variable_of("smtp_url"),
            ),
        )
    return well("mail", _("Le serveur de messagerie répond."))


async def _database(_settings: Settings) -> Finding:
    found = await doctor.database(migration_apps(), DIRECTORY)
    if found.missing:
        return wrong(
            "migrations",
            ngettext(
                "La base de données n’est pas à jour (%(number)s migration) :"
                " lancez « creneau migrate ».",
                "La base de données n’est pas à jour (%(number)s migrations) :"
                " lancez « creneau migrate ».",
                len(found.missing),
                number=len(found.missing),
            ),
        )
    if found.loose:
        return wrong(
            "isolation",
            _(
                "Ces tables ne séparent plus les espaces : %(tables)s. Arrêtez le service, et"
                " rétablissez leur protection.",
                tables=", ".join(found.loose),
            ),
        )
    if found.role_too_mighty:
        return wrong(
            "isolation",
            _(
                "Le rôle de %(name)s peut passer outre la séparation des espaces : retirez-lui"
                " SUPERUSER et BYPASSRLS, et la propriété des tables.",
                name=variable_of("postgres_app_url"),
            ),
        )
    return well("database", _("La base de données est à jour et sépare les espaces."))


async def _redis(_settings: Settings) -> Finding:
    if redis.url() is None:
        return well("redis", _("Sans Redis : tout fonctionne, un peu moins vite."))
    if await redis.answers():
        return well("redis", _("Redis répond."))
    return wrong("redis", _("Redis ne répond pas : démarrez-le. Rien n’est perdu sans lui."))


async def _worker(_settings: Settings) -> Finding:
    last = await outbox.last_sign()
    if last is None:
        return wrong("worker", _("Aucun « creneau worker » n’a jamais tourné : lancez-en un."))
    if now() - last > SILENCE:
        return wrong(
            "worker",
            _(
                "Aucun « creneau worker » n’a donné signe de vie depuis le %(moment)s :"
                " relancez-le. Les messages attendent.",
                moment=f"{last:%Y-%m-%d %H:%M} UTC",
            ),
        )
    return well("worker", _("Le travail en arrière-plan avance."))


async def _outbox(_settings: Settings) -> Finding:
    found = [await outbox.backlog(one.tenant.id) for one in await tenants.all_tenants()]
    aside, late = await _aside(), await _late()
    if aside:
        return wrong(
            "aside",
            ngettext(
                "%(number)s envoi est mis de côté : voyez « creneau outbox list ».",
                "%(number)s envois sont mis de côté : voyez « creneau outbox list ».",
                aside,
                number=aside,
            ),
        )
    if late:
        return wrong(
            "late",
            ngettext(
                "%(number)s envoi attend depuis plus de cinq minutes :"
                " vérifiez « creneau worker » et le serveur de messagerie.",
                "%(number)s envois attendent depuis plus de cinq minutes :"
                " vérifiez « creneau worker » et le serveur de messagerie.",
                late,
                number=late,
            ),
        )
    return well(
        "outbox",
        _(
            "Rien n’est en retard : %(due)s envois à faire, %(failing)s à réessayer, %(later)s"
            " prévus plus tard.",
            due=_sum(found, "due"),
            failing=_sum(found, "failing"),
            later=_sum(found, "later"),
        ),
    )


async def _aside() -> int:
    heaps = [
        heap for one in await tenants.all_tenants() for heap in await outbox.heaps(one.tenant.id)
    ]
    return sum(heap.rows for heap in heaps if heap.reason not in OF_THE_READER)


async def _late() -> int:
    # A suspended tenant's work waits, and should.
    return _sum([await outbox.backlog(one) for one in await tenants.tenant_ids()], "late")


def _sum(found: Sequence[Backlog], name: str) -> int:
    return sum(getattr(one, name) for one in found)
