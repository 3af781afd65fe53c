"""Course slots for universities: the words of a campus."""

from collections.abc import Mapping
from pathlib import Path

from creneau.context import Tenant
from creneau.contributions import PluginInfo, Starter, Word
from creneau.hookspecs import hookimpl

from creneau_lms.starter import STARTER


@hookimpl
def register_plugin() -> PluginInfo:
    """The vertical, as a tenant sees it."""
    return PluginInfo(
        name="lms",
        label="Université",
        description="Pour les créneaux de cours et de tutorat d’une université.",
        adds=("Les usagers s’appellent étudiants, et les agents, enseignants.",),
    )


@hookimpl
def register_translations() -> Path:
    """The English texts."""
    return Path(__file__).parent / "locale"


@hookimpl
def register_starter() -> Starter:
    """What a university begins with."""
    return STARTER


@hookimpl
def words(tenant: Tenant) -> Mapping[Word, str]:
    """Students come to see teachers."""
    del tenant
    return {"person": "étudiant", "persons": "étudiants", "agent": "enseignant"}
