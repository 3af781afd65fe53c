"""Plugins made up in a test, and the tenants that switch them on."""

from collections.abc import Callable
from types import ModuleType
from typing import Any
from uuid import uuid4

from creneau.context import Tenant
from creneau.contributions import PluginInfo
from creneau.hookspecs import hookimpl


def made_up(name: str, *hooks: Callable[..., Any]) -> ModuleType:
    """Make a plugin's module of functions, each marked as a hook of its own name."""
    module = ModuleType(f"creneau_{name}.plugin")
    for hook in hooks:
        hook.__module__ = module.__name__
        setattr(module, hook.__name__, hookimpl(hook))
    return module


def presented(name: str) -> Callable[[], PluginInfo]:
    def register_plugin() -> PluginInfo:
        return PluginInfo(name=name, label="Essai", description="Un essai.")

    return register_plugin


def tenant_with(*plugins: str) -> Tenant:
    """Name a tenant that is in no database."""
    return Tenant(
        id=uuid4(),
        slug="essai",
        name="Essai",
        locale="fr",
        time_zone="Europe/Paris",
        public_url="http://essai.localhost",
        plugins=frozenset(plugins),
    )
