"""The chains of history, tenant by tenant, each as one sentence (C-66)."""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

import msgspec
from creneau.history.sealing.schemas import Fault, Head, Verdict
from creneau.history.sealing.service import verify
from creneau.i18n import gettext as _
from creneau_tenants import service as tenants
from creneau_tenants.schemas import Directory

State = Literal["well", "wrong"]
Heads = Mapping[UUID, Head]


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at, and how it stands."""

    code: str
    state: State
    sentence: str


class ChainHead(msgspec.Struct, frozen=True):
    """Where a tenant's chain of history ends, to be kept elsewhere."""

    tenant: UUID
    slug: str
    position: int
    digest: str


def well(code: str, sentence: str) -> Finding:
    """Say that something is as it should be."""
    return Finding(code, "well", sentence)


def wrong(code: str, sentence: str) -> Finding:
    """Say what is wrong, and what to do."""
    return Finding(code, "wrong", sentence)


async def look_at_chains(kept: Heads) -> list[tuple[Finding, ChainHead | None]]:
    """Verify every tenant's chain, and that it still contains the end that was kept."""
    everybody = await tenants.all_tenants()
    found = [await _chain(one, kept.get(one.tenant.id)) for one in everybody]
    gone = kept.keys() - {one.tenant.id for one in everybody}
    return [
        *found,
        *(
            (
                wrong(
                    "history",
                    _(
                        "L’espace %(tenant)s n’existe plus, et son historique non plus : ce n’est"
                        " normal que s’il n’a jamais été vérifié.",
                        tenant=tenant_id,
                    ),
                ),
                None,
            )
            for tenant_id in sorted(gone)
        ),
    ]


async def _chain(one: Directory, kept: Head | None) -> tuple[Finding, ChainHead | None]:
    verdict = await verify(one.tenant.id, kept)
    head = verdict.head and ChainHead(
        one.tenant.id, one.tenant.slug, verdict.head.position, verdict.head.digest.hex()
    )
    return sentence_of(one.tenant.slug, verdict), head


def sentence_of(slug: str, verdict: Verdict) -> Finding:
    """Say in a sentence what was found of one chain."""
    if not verdict.wrong:
        return well(
            "history",
            _(
                "L’historique de « %(slug)s » est intact : %(sealed)s lignes scellées,"
                " %(waiting)s à sceller.",
                slug=slug,
                sealed=verdict.sealed,
                waiting=verdict.waiting,
            ),
        )
    told = " ".join(_of_fault(fault) for fault in verdict.faults)
    more = verdict.wrong - len(verdict.faults)
    if more:
        told += " " + _("Et %(number)s autres.", number=more)
    return wrong(
        "history",
        _(
            "L’historique de « %(slug)s » n’est pas tel qu’il a été scellé : comparez avec une"
            " sauvegarde. %(faults)s",
            slug=slug,
            faults=told,
        ),
    )


def _of_fault(fault: Fault) -> str:
    values = {"position": fault.position, "entry": fault.history_id, "number": fault.count}
    return {
        "changed": _("Ligne %(position)s (%(entry)s) : modifiée.", **values),
        "missing": _("Ligne %(position)s (%(entry)s) : supprimée.", **values),
        "gap": _("À partir de la ligne %(position)s : sceaux supprimés (%(number)s).", **values),
        "backdated": _(
            "Ligne %(position)s (%(entry)s) : ajoutée après coup, sous une date passée.", **values
        ),
        "unsealed": _(
            "Lignes sans sceau depuis plus d’une heure : %(number)s. Si « creneau worker » vient"
            " de reprendre, attendez une minute.",
            **values,
        ),
        "rewritten": _(
            "Ligne %(position)s : la chaîne n’est plus celle dont vous aviez gardé la fin.",
            **values,
        ),
        "shortened": _(
            "À partir de la ligne %(position)s : il manque %(number)s lignes que vous aviez vues.",
            **values,
        ),
    }[fault.kind]
