"""Municipal counters: the words of a town hall."""

from collections.abc import Mapping
from pathlib import Path

from creneau.context import Tenant
from creneau.contributions import PluginInfo, Starter, Word
from creneau.hookspecs import hookimpl

from creneau_counter.starter import STARTER


@hookimpl
def register_plugin() -> PluginInfo:
    """The vertical, as a tenant sees it."""
    return PluginInfo(
        name="counter",
        label="Guichets municipaux",
        description="Pour les guichets d’une mairie.",
        adds=("Les usagers s’appellent partenaires.",),
    )


@hookimpl
def register_translations() -> Path:
    """The English texts."""
    return Path(__file__).parent / "locale"


@hookimpl
def register_starter() -> Starter:
    """What a town hall begins with."""
    return STARTER


@hookimpl
def words(tenant: Tenant) -> Mapping[Word, str]:
    """A town hall calls the people it receives its partners."""
    del tenant
    return {"person": "partenaire", "persons": "partenaires"}
