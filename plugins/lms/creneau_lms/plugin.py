"""Course slots for universities: the words of a campus."""

from collections.abc import Mapping
from pathlib import Path

from creneau.context import Tenant
from creneau.contributions import PluginInfo, Word
from creneau.hookspecs import hookimpl


@hookimpl
def register_plugin() -> PluginInfo:
    """The vertical, as a tenant sees it."""
    return PluginInfo(
        name="lms",
        label="Université",
        description="Les usagers s’appellent étudiants, et les agents, enseignants.",
    )


@hookimpl
def register_translations() -> Path:
    """The English texts."""
    return Path(__file__).parent / "locale"


@hookimpl
def words(tenant: Tenant) -> Mapping[Word, str]:
    """Students come to see teachers."""
    del tenant
    return {"person": "étudiant", "persons": "étudiants", "agent": "enseignant"}
