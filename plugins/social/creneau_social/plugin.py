"""Social-services follow-up: the words of a département."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from creneau.context import Tenant
from creneau.contributions import (
    ORGANISATION_SETTINGS,
    TENANT_SETTINGS,
    BookingRule,
    DailyWork,
    DemoFurnishing,
    KeptFigures,
    MotiveFields,
    MotiveNames,
    Permission,
    PersonalData,
    PersonFacts,
    PersonFields,
    PersonSection,
    PluginInfo,
    SettingsPage,
    SlotLimit,
    Starter,
    StatisticsSource,
    Word,
    Work,
)
from creneau.hookspecs import hookimpl
from creneau.people.administration import OF_THE_ORGANISATION

from creneau_social.contributions import (
    FOLLOW_UP_FIELD,
    FollowUpFields,
    OwnReferents,
    Referential,
    WithTheirReferent,
)
from creneau_social.demo.service import SocialDemo
from creneau_social.figures.contributions import FollowUps
from creneau_social.figures.keeping.contributions import Filling, FollowUpFigures, GoingOn, KeptData
from creneau_social.figures.keeping.service import KIND
from creneau_social.figures.routes import ROUTES as FIGURE_ROUTES
from creneau_social.naming.routes import ASK, KEEP, NAMES
from creneau_social.naming.routes import ROUTES as NAMING
from creneau_social.naming.service import REQUESTS
from creneau_social.sectors.limits import SECTOR_FIELD, BySector, SectorFields
from creneau_social.sectors.routes import LIST as SECTORS
from creneau_social.sectors.routes import RIGHT as KEEP_SECTORS
from creneau_social.sectors.routes import ROUTES as SECTOR_ROUTES
from creneau_social.situation.contributions import (
    IDENTITY,
    READERS,
    SITUATION,
    ReadersSection,
    SituationData,
    SituationFields,
    SituationSection,
    TerritoryFacts,
)
from creneau_social.situation.routes import FIELDS as FIELDS_PAGE
from creneau_social.situation.routes import ROUTES as SITUATION_ROUTES
from creneau_social.situation.routes import SWITCH
from creneau_social.situation.rules import FIELDS, LABELS
from creneau_social.starter import STARTER

HERE = Path(__file__).parent


@hookimpl
def register_plugin() -> PluginInfo:
    """The vertical, as a tenant sees it."""
    return PluginInfo(
        name="social",
        label="Action sociale",
        description="Pour les services sociaux d’un département.",
        adds=(
            "Les personnes que vous recevez s’appellent usagers.",
            (
                "Les motifs « RDV de suivi » : en ligne, une personne ne voit que les horaires de"
                " ses agents référents."
            ),
        ),
    )


@hookimpl
def register_permissions() -> Sequence[Permission]:
    """Who keeps names, sectors and fields, and who sees what of persons (S-03, S-09, S-12)."""
    return (
        Permission(
            code=KEEP, label="Tenir le référentiel des noms de motifs", grants=TENANT_SETTINGS
        ),
        Permission(code=KEEP_SECTORS, label="Tenir les secteurs", grants=TENANT_SETTINGS),
        Permission(
            code=SWITCH,
            label="Choisir les informations tenues sur les usagers",
            grants=TENANT_SETTINGS,
        ),
        Permission(
            code=IDENTITY,
            label="Voir l’état civil et l’adresse des usagers",
            grants=OF_THE_ORGANISATION,
        ),
        Permission(
            code=SITUATION,
            label="Voir et modifier la situation sociale des usagers",
            grants={"administrator": "organisation", "agent": "organisation"},
        ),
        Permission(
            code=READERS,
            label="Voir qui a lu les informations des usagers",
            grants=ORGANISATION_SETTINGS,
        ),
    )


@hookimpl
def register_migrations() -> str:
    """The referential of names."""
    return "creneau_social.piccolo_app"


@hookimpl
def register_translations() -> Path:
    """The English texts."""
    return HERE / "locale"


@hookimpl
def register_templates() -> Path:
    """The plugin's pages."""
    return HERE / "templates"


@hookimpl
def register_routers() -> Sequence[object]:
    """The plugin's pages."""
    return (*NAMING, *SECTOR_ROUTES, *SITUATION_ROUTES, *FIGURE_ROUTES)


@hookimpl
def register_history() -> Mapping[str, str]:
    """What was done with the referential, facts and sectors; and what the lists are called."""
    return {
        "list.demandes-de-noms": "Demandes de noms de motifs",
        "list.lectures": "Lectures",
        "list.noms-de-motifs": "Noms des motifs",
        "list.secteurs": "Secteurs",
        "list.suivis-sans-contact": "Suivis sans contact",
        "list.zones": "Communes et rues",
        "social.naming_switched": "%(who)s a mis en service ou arrêté le référentiel des noms de motifs.",
        "social.name_added": "%(who)s a ajouté un nom de motif au référentiel.",
        "social.names_taken_over": "%(who)s a repris dans le référentiel les noms des motifs en service.",
        "social.name_removed": "%(who)s a retiré un nom de motif du référentiel.",
        "social.name_asked": "%(who)s a demandé un nom de motif.",
        "social.name_accepted": "%(who)s a accepté un nom de motif.",
        "social.name_refused": "%(who)s n’a pas retenu un nom de motif demandé.",
        "social.list_read": "%(who)s a lu l’état civil de plusieurs usagers dans une liste.",
        "social.fields_chosen": "%(who)s a choisi les informations tenues sur les usagers.",
        "social.sector_created": "%(who)s a créé un secteur.",
        "social.sector_removed": "%(who)s a supprimé un secteur.",
        "social.zone_added": "%(who)s a ajouté une commune ou une rue à un secteur.",
        "social.zone_removed": "%(who)s a retiré une commune ou une rue d’un secteur.",
        "social.sector_given": "%(who)s a confié un secteur.",
        "social.sector_taken_back": "%(who)s a retiré un secteur à qui s’en occupait.",
    }


@hookimpl
def register_kept_figures() -> Sequence[KeptFigures]:
    """Who was received, and who met their referent (S-10)."""
    return (FollowUpFigures(code="social.follow_ups"),)


@hookimpl
def register_work() -> Sequence[Work]:
    """Go on with what takes longer than a piece of work may (S-10)."""
    return (GoingOn(kind=KIND),)


@hookimpl
def register_daily_work() -> Sequence[DailyWork]:
    """Fill in what was there before figures were kept (S-10)."""
    return (Filling(code="social.figures"),)


@hookimpl
def register_starter() -> Starter:
    """What social services begin with."""
    return STARTER


@hookimpl
def motive_fields(tenant: Tenant) -> Sequence[MotiveFields]:
    """Follow-ups, and motives that depend on the address (S-02, S-12)."""
    del tenant
    return (
        FollowUpFields(plugin="social", legend="RDV de suivi", fields=(FOLLOW_UP_FIELD,)),
        SectorFields(plugin="social", legend="Secteurs", fields=(SECTOR_FIELD,)),
    )


@hookimpl
def motive_names(tenant: Tenant) -> Sequence[MotiveNames]:
    """The territory's referential (S-03)."""
    del tenant
    return (Referential(missing_label="Demander un nom qui manque", missing_href=REQUESTS),)


@hookimpl
def settings_pages(tenant: Tenant) -> Sequence[SettingsPage]:
    """The referential of names, what is asked of it, and sectors (S-03, S-12)."""
    del tenant
    return (
        SettingsPage(
            label="Noms des motifs",
            href=NAMES,
            section="booking",
            icon="tag",
            permission=KEEP,
            description="Le référentiel du territoire, service par service.",
            settings=(
                ("Référentiel des noms de motifs", ""),
                ("Ajouter un nom de motif au référentiel", "name"),
            ),
            order=40,
        ),
        SettingsPage(
            label="Demandes de noms de motifs",
            href=REQUESTS,
            section="booking",
            icon="mail",
            permission=ASK,
            description="Demander un nom qui manque au référentiel, et lire la réponse.",
            settings=(("Demander un nom de motif", "name"),),
            order=41,
        ),
        SettingsPage(
            label="Secteurs",
            href=SECTORS,
            section="booking",
            icon="pin",
            permission=KEEP_SECTORS,
            description="Quelle équipe reçoit les habitants de quelle commune ou de quelle rue.",
            settings=(
                ("Sectorisation : communes, rues, équipes", ""),
                ("Créer un secteur", "name"),
            ),
            order=42,
        ),
        SettingsPage(
            label="Informations sur les usagers",
            href=FIELDS_PAGE,
            section="people",
            icon="person",
            permission=SWITCH,
            description="Ce que les fiches montrent : état civil, adresse, situation sociale.",
            settings=tuple((label, name) for name, label in LABELS.items()),
            order=43,
        ),
    )


@hookimpl
def slot_limits(tenant: Tenant) -> Sequence[SlotLimit]:
    """A follow-up is with one's own referents; a sector has its own team (S-02, S-12)."""
    del tenant
    return (OwnReferents(), BySector())


@hookimpl
def booking_rules(tenant: Tenant) -> Sequence[BookingRule]:
    """A follow-up is with who follows the very person it is for (S-02)."""
    del tenant
    return (WithTheirReferent(),)


@hookimpl
def demo_furnishings(tenant: Tenant) -> Sequence[DemoFurnishing]:
    """The referential of names, sectors and follow-ups."""
    del tenant
    return (SocialDemo(),)


@hookimpl
def words(tenant: Tenant) -> Mapping[Word, str]:
    """Social services receive users, whatever another vertical calls them."""
    del tenant
    return {"person": "usager", "persons": "usagers"}


@hookimpl
def person_facts(tenant: Tenant) -> Sequence[PersonFacts]:
    """The territory says which births and addresses are shown, and reading them is noted (S-09)."""
    del tenant
    return (TerritoryFacts(),)


@hookimpl
def person_fields(tenant: Tenant) -> Sequence[PersonFields]:
    """The situation of a person (S-09)."""
    del tenant
    return (
        SituationFields(
            plugin="social", legend="Situation sociale", fields=FIELDS, permission=SITUATION
        ),
    )


@hookimpl
def person_sections(tenant: Tenant) -> Sequence[PersonSection]:
    """The situation of a person, and who has read it (S-09)."""
    del tenant
    return (
        SituationSection(template="social/situation.html", permission=SITUATION, order=20),
        ReadersSection(template="social/readings.html", permission=READERS, order=200),
    )


@hookimpl
def personal_data(tenant: Tenant) -> Sequence[PersonalData]:
    """The situation and its readings (S-09), and what is kept for figures (S-10)."""
    del tenant
    return (SituationData(), KeptData())


@hookimpl
def register_sealed_columns() -> Sequence[tuple[str, str]]:
    """Where the situation is sealed."""
    return (("social.situation", "told"),)


@hookimpl
def statistics_tables(tenant: Tenant) -> Sequence[StatisticsSource]:
    """Follow-ups by service, by referent, and without contact (S-10)."""
    del tenant
    return (FollowUps(),)
