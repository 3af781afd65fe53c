"""The module that the entry point names: functions marked `hookimpl`, asked by the core."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from creneau.context import Tenant
from creneau.contributions import (
    AGENDA_REACH,
    BookingFields,
    Fragment,
    NavItem,
    PageContext,
    Permission,
    PersonalData,
    PluginInfo,
    Word,
)
from creneau.hookspecs import hookimpl

from creneau_choir.contributions import FIELDS, VoiceFields, VoiceFragment, VoicesOfPerson
from creneau_choir.routes import HREF, ROUTES

HERE = Path(__file__).parent


@hookimpl
def register_plugin() -> PluginInfo:
    """The plugin, as a tenant reads it before switching it on."""
    return PluginInfo(
        name="choir",
        label="Chorale",
        description="Pour les auditions d’une chorale.",
        adds=("La voix de chaque personne, demandée à la réservation.",),
    )


@hookimpl
def register_permissions() -> Sequence[Permission]:
    """The right that the page asks for."""
    return (Permission(code="voice:read", label="Voir les voix", grants=AGENDA_REACH),)


@hookimpl
def register_migrations() -> str:
    """The table."""
    return "creneau_choir.piccolo_app"


@hookimpl
def register_translations() -> Path:
    """The English texts."""
    return HERE / "locale"


@hookimpl
def register_templates() -> Path:
    """The page, and the piece of a booking's pages; found as `choir/<file>`."""
    return HERE / "templates"


@hookimpl
def register_routers() -> Sequence[object]:
    """The page."""
    return ROUTES


@hookimpl
def booking_fields(tenant: Tenant) -> Sequence[BookingFields]:
    """Which voice somebody sings."""
    del tenant
    return (VoiceFields(plugin="choir", legend="Votre voix", fields=FIELDS),)


@hookimpl
def nav_items(tenant: Tenant) -> Sequence[NavItem]:
    """The page, in the agents' rail."""
    del tenant
    return (NavItem(label="Voix", href=HREF, icon="people", permission="voice:read", order=70),)


@hookimpl
def page_fragments(context: PageContext) -> Sequence[Fragment]:
    """The voice, wherever a booking is shown."""
    return (VoiceFragment(template="choir/voice.html", booking_id=context.booking_id),)


@hookimpl
def personal_data(tenant: Tenant) -> Sequence[PersonalData]:
    """What people said of their voice."""
    del tenant
    return (VoicesOfPerson(),)


@hookimpl
def words(tenant: Tenant) -> Mapping[Word, str]:
    """Singers come."""
    del tenant
    return {"person": "choriste", "persons": "choristes"}
