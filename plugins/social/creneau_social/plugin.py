"""Social-services follow-up: the words of a département."""

from collections.abc import Mapping
from pathlib import Path

from creneau.context import Tenant
from creneau.contributions import PluginInfo, Starter, Word
from creneau.hookspecs import hookimpl

from creneau_social.starter import STARTER


@hookimpl
def register_plugin() -> PluginInfo:
    """The vertical, as a tenant sees it."""
    return PluginInfo(
        name="social",
        label="Action sociale",
        description="Pour les services sociaux d’un département.",
        adds=("Les personnes que vous recevez s’appellent usagers.",),
    )


@hookimpl
def register_translations() -> Path:
    """The English texts."""
    return Path(__file__).parent / "locale"


@hookimpl
def register_starter() -> Starter:
    """What social services begin with."""
    return STARTER


@hookimpl
def words(tenant: Tenant) -> Mapping[Word, str]:
    """Social services receive users, whatever another vertical calls them."""
    del tenant
    return {"person": "usager", "persons": "usagers"}
