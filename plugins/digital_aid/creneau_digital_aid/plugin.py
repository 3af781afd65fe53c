"""Digital-aid advisers: a prescriber can book for a learner."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from creneau.context import Tenant
from creneau.contributions import (
    AGENDA_REACH,
    BookingFields,
    DemoFurnishing,
    Fragment,
    NavItem,
    PageContext,
    Permission,
    PersonalData,
    PluginInfo,
    PublicLink,
    RecipientSource,
    Round,
    SettingsPage,
    Starter,
    StatisticsSource,
    Word,
)
from creneau.hookspecs import hookimpl
from creneau.i18n import Locale

from creneau_digital_aid.contributions import (
    PrescriberFields,
    PrescriberFragment,
    PrescriberRecipient,
    PrescribingStructures,
    PrescriptionsOfPerson,
)
from creneau_digital_aid.demo.service import PrescribedDemo
from creneau_digital_aid.feed import pages as feed
from creneau_digital_aid.feed.jobs import WrittenLines
from creneau_digital_aid.online import own
from creneau_digital_aid.online import pages as online
from creneau_digital_aid.phrases import PHRASES
from creneau_digital_aid.places import pages as places
from creneau_digital_aid.places import settings as sheets
from creneau_digital_aid.routes import ROUTES
from creneau_digital_aid.rules import FIELDS, FOR_A_LEARNER
from creneau_digital_aid.starter import STARTER

HERE = Path(__file__).parent


@hookimpl
def register_plugin() -> PluginInfo:
    """The vertical, as a tenant sees it."""
    return PluginInfo(
        name="digital_aid",
        label="Aide numérique",
        description="Pour les rendez-vous avec un conseiller numérique.",
        adds=(
            (
                "Un prescripteur peut réserver pour la personne qu’il accompagne : tous deux"
                " reçoivent la confirmation, et le conseiller voit qui a réservé."
            ),
            "La liste des prescripteurs, dans l’espace des agents.",
            "L’onglet « Réservation en ligne », qui dit ce qui est ouvert et ce qui manque.",
            (
                "Les rendez-vous et les ateliers, comptés par conseiller, par motif et par structure"
                " prescriptrice."
            ),
            "La carte de vos lieux, et leur flux ouvert pour la cartographie nationale.",
        ),
        needs=("Au moins un motif ouvert à tous.",),
    )


@hookimpl
def register_permissions() -> Sequence[Permission]:
    """Who sees the list of prescribed bookings: the reach of C-04."""
    return (
        Permission(
            code="prescription:read",
            label="Voir les rendez-vous pris par des prescripteurs",
            grants=AGENDA_REACH,
        ),
    )


@hookimpl
def register_migrations() -> str:
    """The tables of prescriptions and of structures' sheets."""
    return "creneau_digital_aid.piccolo_app"


@hookimpl
def register_translations() -> Path:
    """The English texts."""
    return HERE / "locale"


@hookimpl
def register_templates() -> Path:
    """The plugin's pages, and the prescriber on a booking's pages."""
    return HERE / "templates"


@hookimpl
def register_history() -> Mapping[str, str]:
    """What the lists are called that leave as files."""
    return {
        "list.fiches-des-structures": "Fiches des structures",
        "list.prescripteurs": "Rendez-vous pris par des prescripteurs",
        "list.reservation-en-ligne": "Réservation en ligne",
    }


@hookimpl
def register_starter() -> Starter:
    """What digital advisers begin with."""
    return STARTER


@hookimpl
def register_routers() -> Sequence[object]:
    """The list of prescribed bookings, the settings, the map and the open feed."""
    return (*ROUTES, *own.ROUTES, *online.ROUTES, *sheets.ROUTES, *places.ROUTES, *feed.ROUTES)


@hookimpl
def register_rounds() -> Sequence[Round]:
    """The lines of the open feed that nobody has asked for yet (D-09)."""
    return (WrittenLines(code="digital_aid.lines"),)


@hookimpl
def booking_fields(tenant: Tenant) -> Sequence[BookingFields]:
    """Who books, when it is not the learner (D-07)."""
    del tenant
    return (
        PrescriberFields(
            plugin="digital_aid",
            legend="Vous, qui réservez",
            fields=FIELDS,
            for_others=FOR_A_LEARNER,
        ),
    )


@hookimpl
def nav_items(tenant: Tenant) -> Sequence[NavItem]:
    """The list of prescribed bookings, what is open online, and one's own link to give (D-02, D-06)."""
    del tenant
    return (
        NavItem(
            label="Réservation en ligne",
            href=own.HREF,
            icon="calendar-plus",
            permission=own.RIGHT,
            order=62,
        ),
        NavItem(
            label="Mon lien",
            href="/agents/mon-lien",
            icon="external",
            permission="appointment:read",
            order=65,
        ),
        NavItem(
            label="Prescripteurs",
            href="/agents/digital-aid/prescripteurs",
            icon="people",
            permission="prescription:read",
            order=60,
        ),
    )


@hookimpl
def settings_pages(tenant: Tenant) -> Sequence[SettingsPage]:
    """Online booking, which this vertical opens (D-01, D-11), and the national map (D-09)."""
    del tenant
    return (
        SettingsPage(
            label="Réservation en ligne",
            href=online.HREF,
            section="booking",
            icon="calendar-plus",
            permission=online.RIGHT,
            description="Quels motifs se réservent en ligne, et ce qui manque aux autres.",
            settings=(("Motifs ouverts à la réservation en ligne", ""),),
            order=45,
        ),
        SettingsPage(
            label="Cartographie nationale",
            href=sheets.HREF,
            section="connections",
            icon="pin",
            permission=sheets.RIGHT,
            description="Vos lieux au format national de la médiation numérique.",
            settings=(("Fiche nationale d’une structure", ""), ("Flux ouvert des lieux", "")),
            order=60,
        ),
    )


@hookimpl
def public_links(tenant: Tenant) -> Sequence[PublicLink]:
    """The map of advisers (D-09)."""
    del tenant
    return (
        PublicLink(
            label="Trouver un rendez-vous près de chez vous",
            href=places.HREF,
            hint="Sur une carte et dans une liste, du plus proche au plus lointain.",
        ),
    )


@hookimpl
def page_fragments(context: PageContext) -> Sequence[Fragment]:
    """Who booked: all of it for the agent, the name and structure on the public's pages."""
    template = "office" if context.page == "backoffice.appointment" else "public"
    return (
        PrescriberFragment(
            template=f"digital_aid/prescriber_{template}.html", booking_id=context.booking_id
        ),
    )


@hookimpl
def message_recipients(tenant: Tenant) -> Sequence[RecipientSource]:
    """The prescriber gets the messages too (D-07)."""
    del tenant
    return (PrescriberRecipient(),)


@hookimpl
def personal_data(tenant: Tenant) -> Sequence[PersonalData]:
    """Who booked for a person (C-44)."""
    del tenant
    return (PrescriptionsOfPerson(),)


@hookimpl
def statistics_tables(tenant: Tenant) -> Sequence[StatisticsSource]:
    """Which structures send learners (D-12)."""
    del tenant
    return (PrescribingStructures(),)


@hookimpl
def demo_furnishings(tenant: Tenant) -> Sequence[DemoFurnishing]:
    """Sheets for the map, and prescribers who book."""
    del tenant
    return (PrescribedDemo(),)


@hookimpl
def register_phrases() -> Mapping[Locale, Mapping[str, str]]:
    """The core's sentences, about structures and learners (D-10)."""
    return PHRASES


@hookimpl
def words(tenant: Tenant) -> Mapping[Word, str]:
    """Learners come to see digital advisers in structures (D-10)."""
    del tenant
    return {
        "person": "apprenant",
        "persons": "apprenants",
        "agent": "conseiller numérique",
        "organisation": "structure",
    }
