"""The digital advisers of the demo: one to one help and workshops, also for prescribers."""

from datetime import time
from typing import Final

from creneau.motives.schemas import Audience, MotiveDraft
from creneau.organisations.schemas import OrganisationDraft
from creneau.places.schemas import PlaceDraft
from creneau_tenants.schemas import Branding, TenantDraft

from creneau_web.demo.plans import (
    LATER,
    AgentPlan,
    MotivePlan,
    OpeningPlan,
    PlacePlan,
    RoleCode,
    SessionPlan,
    TenantPlan,
)

EAST: Final = "Espace numérique de Clairval"
WEST: Final = "Bus numérique de la Haute-Aure"
ADVISERS: Final = "Conseillers numériques"
FRONT: Final = "Accueil de l’espace"
MEDIA_LIBRARY: Final = "Médiathèque de Clairval"
THIRD_PLACE: Final = "Tiers-lieu La Fabrique"
MARKET: Final = "Bus numérique, place du Marché de Saint-Aubin"
HALL: Final = "Bus numérique, salle des fêtes des Coteaux"

START: Final = "Débuter sur ordinateur, tablette ou téléphone"
PAPERWORK: Final = "Faire une démarche en ligne"
MAIL: Final = "Créer et utiliser une adresse e-mail"
SAFETY: Final = "Protéger ses comptes et ses données"
WORKSHOP: Final = "Atelier : premiers pas sur téléphone"
WORKSHOP_PHOTOS: Final = "Atelier : trier et garder ses photos"
TEAM: Final = "Accompagnement d’une association"

PERSONAL: Final = (START, PAPERWORK, MAIL, SAFETY)
ON_THE_ROAD: Final = (PAPERWORK, MAIL)

OWN_DEVICE: Final = "Venez avec votre appareil, son chargeur et vos identifiants. Sans appareil, nous vous en prêtons un."
BEFORE: Final = """Notez sur un papier vos identifiants et vos mots de passe : nous ne les gardons pas.
Pour une démarche, apportez les documents demandés par l’administration concernée."""


def _motive(  # noqa: PLR0913 - what tells one motive from the next
    organisation: str,
    name: str,
    minutes: int,
    description: str,
    *,
    seats: int | None = 1,
    who: Audience = "everyone",
    before: str = "",
    after: str = OWN_DEVICE,
    colour: str = "#4A3FA8",
    position: int = 0,
) -> MotivePlan:
    return MotivePlan(
        organisation=organisation,
        service=ADVISERS,
        draft=MotiveDraft(
            organisation_id=LATER,
            service_id=LATER,
            name=name,
            description=description,
            category="Ateliers" if seats != 1 else "Accompagnement individuel",
            colour=colour,
            position=position,
            audience=who,
            duration_minutes=minutes,
            minimum_notice_minutes=60,
            capacity=seats,
            instructions_before=before,
            instructions_after=after,
            cancel_notice_minutes=120,
            move_notice_minutes=120,
            notify_agents=seats != 1,
        ),
    )


MOTIVES: Final = (
    _motive(
        EAST, START, 60, "Allumer, écrire, installer, régler : à votre rythme, sur votre propre appareil.",
        colour="#4A3FA8", position=10,
    ),
    _motive(
        EAST, PAPERWORK, 45, "Impôts, Ameli, CAF, France Travail, carte grise : nous vous guidons, c’est vous qui faites.",
        before=BEFORE, colour="#0B6E69", position=20,
    ),
    _motive(EAST, MAIL, 45, "Ouvrir une adresse, envoyer un message et une pièce jointe, éviter les pièges.", colour="#1F5FA8", position=30),
    _motive(EAST, SAFETY, 45, "Mots de passe, sauvegardes, arnaques : les bons réflexes.", colour="#B3261E", position=40),
    _motive(
        EAST, WORKSHOP, 120, "En groupe de huit, pour les personnes qui découvrent leur téléphone.", seats=8,
        before="L’atelier compte deux heures avec une pause. Prévenez-nous si vous avez besoin d’un accès particulier.",
        colour="#2E7D4F", position=50,
    ),
    _motive(EAST, WORKSHOP_PHOTOS, 90, "Vider son téléphone, classer, partager sans tout perdre.", seats=6, colour="#AD5A00", position=60),
    _motive(EAST, TEAM, 90, "Pour les équipes d’une association ou d’une structure du territoire.", who="agents", colour="#55627A", position=70),
    _motive(WEST, PAPERWORK, 45, "Dans le bus, près de chez vous. Nous vous guidons, c’est vous qui faites.", before=BEFORE, colour="#0B6E69", position=80),
    _motive(WEST, MAIL, 45, "Dans le bus, avec votre téléphone ou le nôtre.", colour="#1F5FA8", position=90),
)  # fmt: skip


def _opening(
    place: str, motives: tuple[str, ...], days: tuple[int, ...], start: time, end: time
) -> OpeningPlan:
    return OpeningPlan(
        place=place, motives=motives, days=days, start=start, end=end, title="Permanence numérique"
    )  # fmt: skip


def _day(place: str, motives: tuple[str, ...], *days: int) -> tuple[OpeningPlan, OpeningPlan]:
    return (
        _opening(place, motives, days, time(9, 30), time(12, 30)),
        _opening(place, motives, days, time(14), time(17)),
    )


def _adviser(  # noqa: PLR0913, PLR0917 - what tells one adviser from the next
    first_name: str,
    last_name: str,
    organisation: str,
    openings: tuple[OpeningPlan, ...],
    sessions: tuple[SessionPlan, ...] = (),
    account: str = "",
    role: RoleCode = "agent",
    away: int | None = None,
) -> AgentPlan:
    return AgentPlan(
        first_name=first_name,
        last_name=last_name,
        services=(ADVISERS,),
        organisations=(organisation,),
        role=role,
        account=account,
        openings=openings,
        sessions=sessions,
        away=away,
    )


AGENTS: Final = (
    AgentPlan(
        first_name="Isabelle",
        last_name="Morin",
        services=(ADVISERS,),
        organisations=(EAST, WEST),
        role="administrator",
        account="administration",
    ),
    _adviser(
        "Mehdi", "Zeroual", EAST, _day(MEDIA_LIBRARY, PERSONAL, 0, 1, 2, 3, 4), account="agent"
    ),
    AgentPlan(
        first_name="Corinne",
        last_name="Blanchard",
        services=(FRONT,),
        organisations=(EAST, WEST),
        role="secretary",
        account="secretariat",
    ),
    _adviser(
        "Julie", "Texier", EAST, _day(THIRD_PLACE, PERSONAL, 0, 2, 4),
        (
            SessionPlan(place=THIRD_PLACE, motive=WORKSHOP, day=1, start=time(14), title="Séance du mardi", seats=8, taken=(8, 6, 5, 2, 0)),
            SessionPlan(place=THIRD_PLACE, motive=WORKSHOP_PHOTOS, day=3, start=time(10), title="Séance du jeudi", seats=6, taken=(5, 3, 1, 0, 0)),
        ),
    ),
    _adviser("Romain", "Poulain", EAST, _day(MEDIA_LIBRARY, (*PERSONAL, TEAM), 1, 3), away=15),
    _adviser("Aïcha", "Traoré", WEST, _day(MARKET, ON_THE_ROAD, 1, 4)),
    _adviser("Denis", "Guérin", WEST, _day(HALL, ON_THE_ROAD, 0, 3)),
)  # fmt: skip


def _organisation(name: str, phone: str, email: str, address: str, hours: str) -> OrganisationDraft:
    return OrganisationDraft(
        name=name,
        phone=phone,
        email=email,
        address=address,
        website="https://www.numerique.example",
        opening_hours=hours,
    )


def _place(
    organisation: str, name: str, address: str, access: str, where: tuple[float, float]
) -> PlacePlan:
    return PlacePlan(
        organisation=organisation,
        draft=PlaceDraft(
            organisation_id=LATER,
            name=name,
            address=address,
            phone="01 99 00 80 00",
            access_information=access,
            latitude=where[0],
            longitude=where[1],
        ),
    )


PLAN: Final = TenantPlan(
    tenant=TenantDraft(
        slug="numerique",
        name="Conseillers numériques de la Haute-Aure",
        plugins=frozenset({"digital_aid"}),
        branding=Branding(
            brand="#4A3FA8",
            public_text="Un conseiller numérique vous aide gratuitement, près de chez vous. Vous pouvez aussi prendre rendez-vous pour une personne que vous accompagnez.",
            legal_notice="Le réseau des conseillers numériques traite ces données pour organiser votre rendez-vous et les conserve deux ans.",
            footer="Espace numérique de Clairval, 5 rue du Lavoir, 03990 Clairval",
            sender_name="Conseillers numériques de la Haute-Aure",
            phone="01 99 00 80 00",
        ),
    ),
    organisations=(
        _organisation(EAST, "01 99 00 80 10", "contact@numerique.example", "5 rue du Lavoir\n03990 Clairval", "Lundi au vendredi : 9 h 30 – 12 h 30 et 14 h – 17 h"),
        _organisation(WEST, "01 99 00 80 20", "bus@numerique.example", "5 rue du Lavoir\n03990 Clairval", "Lundi et jeudi : Les Coteaux\nMardi et vendredi : Saint-Aubin-sur-Aure"),
    ),
    services={ADVISERS: False, FRONT: True},
    places=(
        _place(EAST, MEDIA_LIBRARY, "5 rue du Lavoir\n03990 Clairval", "Espace multimédia, au fond à droite. Accès de plain-pied.", (46.5672, 3.3351)),
        _place(EAST, THIRD_PLACE, "18 quai des Tanneurs\n03990 Clairval", "Deuxième porte dans la cour. Ascenseur.", (46.5630, 3.3402)),
        _place(WEST, MARKET, "Place du Marché\n03996 Saint-Aubin-sur-Aure", "Le bus bleu, devant les halles. Marche repliable sur demande.", (46.4921, 3.2870)),
        _place(WEST, HALL, "2 rue du Stade\n03992 Les Coteaux", "Le bus bleu, sur le parking de la salle des fêtes.", (46.6104, 3.3987)),
    ),
    motives=MOTIVES,
    agents=AGENTS,
)  # fmt: skip
