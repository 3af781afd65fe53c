"""The town of the demo: identity papers and civil status, at three addresses."""

from datetime import time
from typing import Final

from creneau.motives.schemas import MotiveDraft
from creneau.organisations.schemas import OrganisationDraft
from creneau.places.schemas import PlaceDraft
from creneau_tenants.schemas import Branding, TenantDraft

from creneau_web.demo.plans import (
    LATER,
    WEEKDAYS,
    AgentPlan,
    MotivePlan,
    OpeningPlan,
    PlacePlan,
    TenantPlan,
)

TOWN: Final = "Mairie de Clairval"
CITIZENSHIP: Final = "Citoyenneté"
REGISTRY: Final = "État civil"
RECEPTION: Final = "Accueil et secrétariat"
MAIN: Final = "Mairie principale"
SQUARE: Final = "Place de la mairie"
CENTRE: Final = "Centre ville"

ID_CARD: Final = "Carte d’identité : demande ou renouvellement"
PASSPORT: Final = "Passeport : demande ou renouvellement"
PICK_UP: Final = "Retrait d’une carte d’identité ou d’un passeport"
CENSUS: Final = "Recensement citoyen à 16 ans"
BIRTH: Final = "Acte de naissance : copie ou extrait"
RECOGNITION: Final = "Reconnaissance d’un enfant avant la naissance"
WEDDING: Final = "Dossier de mariage"
PACS: Final = "Dossier de PACS"
VOTERS: Final = "Inscription sur les listes électorales, par téléphone"
ADVICE: Final = "Rappel par le secrétariat"

PAPERS: Final = (ID_CARD, PASSPORT, PICK_UP)
CIVIL: Final = (BIRTH, RECOGNITION, WEDDING, PACS)
MORNING: Final = (time(9), time(12))
AFTERNOON: Final = (time(13, 30), time(17))

IDENTITY_BEFORE: Final = """Chaque personne qui demande un titre a besoin de son propre rendez-vous, enfants compris.
La présence de la personne est obligatoire, même pour un nourrisson.
Faites votre pré-demande sur le site de France Titres et notez son numéro."""
IDENTITY_AFTER: Final = """Apportez le numéro de votre pré-demande, une photo d’identité de moins de 6 mois, un justificatif de domicile de moins d’un an et votre ancien titre.
Pour un enfant : le parent présent apporte aussi son propre titre d’identité.
Prévoyez 20 minutes sur place. Le titre est à retirer dans les trois mois."""


def _paper(name: str, description: str, colour: str, position: int) -> MotivePlan:
    return MotivePlan(
        organisation=TOWN,
        service=CITIZENSHIP,
        draft=MotiveDraft(
            organisation_id=LATER,
            service_id=LATER,
            name=name,
            description=description,
            category="Titres d’identité",
            colour=colour,
            position=position,
            audience="everyone",
            duration_minutes=20,
            minimum_notice_minutes=120,
            instructions_before=IDENTITY_BEFORE,
            instructions_after=IDENTITY_AFTER,
            cancellation_warning="Un rendez-vous libéré sert à quelqu’un d’autre : merci d’annuler dès que possible.",
            cancel_notice_minutes=240,
            move_notice_minutes=240,
            maximum_active_per_person=4,
            secretariat=True,
            notify_agents=False,
        ),
    )


def _civil(name: str, description: str, minutes: int, position: int, after: str) -> MotivePlan:
    return MotivePlan(
        organisation=TOWN,
        service=REGISTRY,
        draft=MotiveDraft(
            organisation_id=LATER,
            service_id=LATER,
            name=name,
            description=description,
            category="État civil",
            colour="#7A3E9D",
            position=position,
            audience="everyone",
            duration_minutes=minutes,
            minimum_notice_minutes=24 * 60,
            instructions_after=after,
            cancel_notice_minutes=240,
            move_notice_minutes=240,
            notify_agents=False,
        ),
    )


MOTIVES: Final = (
    _paper(ID_CARD, "Première demande, renouvellement, perte ou vol.", "#0B6E69", 10),
    _paper(PASSPORT, "Première demande, renouvellement, perte ou vol.", "#1F5FA8", 20),
    MotivePlan(
        organisation=TOWN,
        service=CITIZENSHIP,
        draft=MotiveDraft(
            organisation_id=LATER,
            service_id=LATER,
            name=PICK_UP,
            description="Vous avez reçu le message qui annonce que votre titre est arrivé.",
            category="Titres d’identité",
            colour="#2E7D4F",
            position=30,
            audience="everyone",
            duration_minutes=10,
            minimum_notice_minutes=60,
            instructions_after="Venez en personne avec votre ancien titre. Un enfant de 12 ans et plus doit être présent.",
            cancel_notice_minutes=60,
            move_notice_minutes=60,
            secretariat=True,
            notify_agents=False,
        ),
    ),
    MotivePlan(
        organisation=TOWN,
        service=CITIZENSHIP,
        draft=MotiveDraft(
            organisation_id=LATER,
            service_id=LATER,
            name=CENSUS,
            description="À faire entre le jour des 16 ans et la fin du troisième mois qui suit.",
            category="Citoyenneté",
            colour="#9A6700",
            position=40,
            audience="everyone",
            duration_minutes=15,
            minimum_notice_minutes=120,
            instructions_before="Le jeune ou l’un de ses parents se présente. Le livret de famille est indispensable.",
            instructions_after="Apportez la carte d’identité du jeune, le livret de famille et un justificatif de domicile.",
            cancel_notice_minutes=120,
            move_notice_minutes=120,
            notify_agents=False,
        ),
    ),
    MotivePlan(
        organisation=TOWN,
        service=CITIZENSHIP,
        draft=MotiveDraft(
            organisation_id=LATER,
            service_id=LATER,
            name=VOTERS,
            description="Nous vous appelons et remplissons la demande avec vous.",
            category="Citoyenneté",
            colour="#55627A",
            position=50,
            location_type="phone",
            audience="everyone",
            duration_minutes=15,
            minimum_notice_minutes=120,
            instructions_after="Gardez près de vous votre titre d’identité et un justificatif de domicile.",
            cancel_notice_minutes=60,
            move_notice_minutes=60,
            notify_agents=False,
        ),
    ),
    _civil(
        BIRTH,
        "Pour une personne née à Clairval. La demande en ligne évite le déplacement.",
        15,
        60,
        "Apportez votre titre d’identité. Pour l’acte d’un parent : le livret de famille.",
    ),
    _civil(
        RECOGNITION,
        "Par l’un des parents ou les deux, à tout moment de la grossesse.",
        30,
        70,
        "Apportez le titre d’identité de chaque parent et un justificatif de domicile de moins de 3 mois.",
    ),
    _civil(
        WEDDING,
        "Dépôt du dossier complet, au moins deux mois avant la date souhaitée.",
        45,
        80,
        "Venez à deux, avec vos actes de naissance de moins de 3 mois, vos titres d’identité et ceux des témoins.",
    ),
    _civil(
        PACS,
        "Enregistrement de la déclaration conjointe.",
        30,
        90,
        "Venez à deux, avec la convention signée, vos actes de naissance de moins de 3 mois et vos titres d’identité.",
    ),
    MotivePlan(
        organisation=TOWN,
        service=RECEPTION,
        draft=MotiveDraft(
            organisation_id=LATER,
            service_id=LATER,
            name=ADVICE,
            description="Pour les demandes que le secrétariat note lui-même.",
            category="Accueil",
            colour="#B3261E",
            position=100,
            location_type="phone",
            duration_minutes=15,
            secretariat=True,
            notify_agents=False,
        ),
    ),
)


def _counter(
    place: str, motives: tuple[str, ...], days: tuple[int, ...]
) -> tuple[OpeningPlan, ...]:
    return tuple(
        OpeningPlan(place=place, motives=motives, days=days, start=start, end=end, title="Guichet")
        for start, end in (MORNING, AFTERNOON)
    )


def _agent(first_name: str, last_name: str, service: str, *openings: OpeningPlan) -> AgentPlan:
    return AgentPlan(
        first_name=first_name,
        last_name=last_name,
        services=(service,),
        organisations=(TOWN,),
        openings=openings,
    )


AGENTS: Final = (
    AgentPlan(
        first_name="Claire",
        last_name="Vasseur",
        services=(CITIZENSHIP,),
        organisations=(TOWN,),
        role="administrator",
        account="administration",
    ),
    AgentPlan(
        first_name="Gilles",
        last_name="Aubry",
        services=(CITIZENSHIP,),
        organisations=(TOWN,),
        account="agent",
        openings=_counter(MAIN, (*PAPERS, CENSUS), WEEKDAYS),
    ),
    AgentPlan(
        first_name="Sonia",
        last_name="Marchetti",
        services=(RECEPTION,),
        organisations=(TOWN,),
        role="secretary",
        account="secretariat",
        openings=_counter(MAIN, (ADVICE, VOTERS), (0, 2)),
    ),
    _agent("Jules", "Boisson", CITIZENSHIP, *_counter(SQUARE, (*PAPERS, CENSUS), (0, 1, 3, 4))),
    _agent("Nadia", "Benali", CITIZENSHIP, *_counter(CENTRE, PAPERS, (1, 2, 4))),
    _agent(
        "Thomas",
        "Legrand",
        CITIZENSHIP,
        OpeningPlan(
            place=CENTRE,
            motives=PAPERS,
            days=(5,),
            start=time(9),
            end=time(12, 30),
            title="Samedi matin",
        ),
        *_counter(MAIN, (VOTERS, CENSUS), (1, 3)),
    ),
    _agent("Chloé", "Vigneron", REGISTRY, *_counter(CENTRE, CIVIL, (0, 1, 3))),
    _agent("Marc", "Delaunay", REGISTRY, *_counter(MAIN, CIVIL, (1, 2, 4))),
)

HOURS: Final = """Lundi au vendredi : 8 h 30 – 12 h 30 et 13 h 30 – 17 h 30
Samedi : 9 h – 12 h 30 (Centre ville)"""


def _place(name: str, address: str, access: str, where: tuple[float, float]) -> PlacePlan:
    return PlacePlan(
        organisation=TOWN,
        draft=PlaceDraft(
            organisation_id=LATER,
            name=name,
            address=address,
            phone="01 99 00 21 00",
            access_information=access,
            latitude=where[0],
            longitude=where[1],
        ),
    )


PLAN: Final = TenantPlan(
    tenant=TenantDraft(
        slug="ville",
        name="Ville de Clairval",
        plugins=frozenset({"counter"}),
        branding=Branding(
            brand="#0B6E69",
            public_text="Carte d’identité, passeport, état civil : choisissez une démarche et une heure, nous vous attendons à l’un de nos trois guichets.",
            legal_notice="La Ville de Clairval traite ces données pour organiser votre rendez-vous et les conserve deux ans.",
            footer="Ville de Clairval, 1 place de la Mairie, 03990 Clairval",
            sender_name="Ville de Clairval",
            phone="01 99 00 21 00",
        ),
    ),
    organisations=(
        OrganisationDraft(
            name=TOWN,
            phone="01 99 00 21 00",
            email="accueil@ville.example",
            address="1 place de la Mairie\n03990 Clairval",
            website="https://www.ville.example",
            opening_hours=HOURS,
        ),
    ),
    services={CITIZENSHIP: False, REGISTRY: False, RECEPTION: True},
    places=(
        _place(
            MAIN,
            "1 place de la Mairie\n03990 Clairval",
            "Entrée de plain-pied, rue des Halles. Bus 2 et 4, arrêt Mairie. Places réservées aux personnes handicapées devant l’entrée.",
            (46.5650, 3.3330),
        ),
        _place(
            SQUARE,
            "4 place de la Mairie\n03990 Clairval",
            "Bâtiment à la façade rouge, sonnez à l’interphone. Rampe d’accès sur la gauche.",
            (46.5653, 3.3338),
        ),
        _place(
            CENTRE,
            "27 rue de la République\n03990 Clairval",
            "Au premier étage, ascenseur au fond de la galerie. Stationnement gratuit une heure au parking du Marché.",
            (46.5681, 3.3379),
        ),
    ),
    motives=MOTIVES,
    agents=AGENTS,
)
