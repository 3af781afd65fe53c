"""The town of the demo: identity papers and civil status, at three addresses."""

from datetime import time
from typing import Final

from creneau.motives.schemas import Audience, LocationType, MotiveDraft
from creneau.organisations.schemas import OrganisationDraft
from creneau.places.schemas import PlaceDraft
from creneau.questions.schemas import QuestionDraft
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


def _motive(  # noqa: PLR0913 - what tells one motive from the next
    service: str,
    name: str,
    minutes: int,
    category: str,
    description: str,
    *,
    after: str,
    before: str = "",
    colour: str = "#7A3E9D",
    position: int = 0,
    notice_hours: int = 24,
    where: LocationType = "on_site",
    who: Audience = "everyone",
    most: int | None = None,
    questions: tuple[QuestionDraft, ...] = (),
) -> MotivePlan:
    return MotivePlan(
        organisation=TOWN,
        service=service,
        questions=questions,
        draft=MotiveDraft(
            organisation_id=LATER,
            service_id=LATER,
            name=name,
            description=description,
            category=category,
            colour=colour,
            position=position,
            location_type=where,
            audience=who,
            duration_minutes=minutes,
            minimum_notice_minutes=notice_hours * 60,
            instructions_before=before,
            instructions_after=after,
            cancellation_warning="Un rendez-vous libéré sert à quelqu’un d’autre : annulez dès que vous savez que vous ne viendrez pas.",
            cancel_notice_minutes=240,
            move_notice_minutes=240,
            maximum_active_per_person=most,
            secretariat=service != REGISTRY,
            notify_agents=False,
        ),
    )


def _paper(name: str, colour: str, position: int) -> MotivePlan:
    return _motive(
        CITIZENSHIP, name, 20, "Titres d’identité", "Première demande, renouvellement, perte ou vol.",
        before=IDENTITY_BEFORE, after=IDENTITY_AFTER, colour=colour, position=position,
        notice_hours=2, most=4,
    )  # fmt: skip


COPY: Final = QuestionDraft(
    label="Quel acte vous faut-il ?",
    kind="choice",
    options=("Copie intégrale", "Extrait avec filiation", "Extrait sans filiation"),
    hint="Si vous ne savez pas, laissez vide : nous verrons ensemble.",
)
FOR_WHOM: Final = QuestionDraft(label="L’acte est-il pour vous ?", kind="yes_no")

MOTIVES: Final = (
    _paper(ID_CARD, "#0B6E69", 10),
    _paper(PASSPORT, "#1F5FA8", 20),
    _motive(
        CITIZENSHIP, PICK_UP, 10, "Titres d’identité", "Vous avez reçu le message qui annonce que votre titre est arrivé.",
        after="Venez en personne avec votre ancien titre. Un enfant de 12 ans et plus doit être présent.",
        colour="#2E7D4F", position=30, notice_hours=1,
    ),
    _motive(
        CITIZENSHIP, CENSUS, 15, "Citoyenneté", "À faire entre le jour des 16 ans et la fin du troisième mois qui suit.",
        before="Le jeune ou l’un de ses parents se présente. Le livret de famille est indispensable.",
        after="Apportez la carte d’identité du jeune, le livret de famille et un justificatif de domicile.",
        colour="#9A6700", position=40, notice_hours=2,
    ),
    _motive(
        CITIZENSHIP, VOTERS, 15, "Citoyenneté", "Nous vous appelons et remplissons la demande avec vous.",
        after="Gardez près de vous votre titre d’identité et un justificatif de domicile.",
        colour="#55627A", position=50, notice_hours=2, where="phone",
    ),
    _motive(
        REGISTRY, BIRTH, 15, "État civil", "Pour une personne née à Clairval. La demande en ligne évite le déplacement.",
        after="Apportez votre titre d’identité. Pour l’acte d’un parent : le livret de famille.",
        position=60, questions=(COPY, FOR_WHOM),
    ),
    _motive(
        REGISTRY, RECOGNITION, 30, "État civil", "Par l’un des parents ou les deux, à tout moment de la grossesse.",
        after="Apportez le titre d’identité de chaque parent et un justificatif de domicile de moins de 3 mois.",
        colour="#8D4A2B", position=70,
    ),
    _motive(
        REGISTRY, WEDDING, 45, "État civil", "Dépôt du dossier complet, au moins deux mois avant la date souhaitée.",
        after="Venez à deux, avec vos actes de naissance de moins de 3 mois, vos titres d’identité et ceux des témoins.",
        colour="#C2185B", position=80,
    ),
    _motive(
        REGISTRY, PACS, 30, "État civil", "Enregistrement de la déclaration conjointe.",
        after="Venez à deux, avec la convention signée, vos actes de naissance de moins de 3 mois et vos titres d’identité.",
        colour="#3F4E8C", position=90,
    ),
    _motive(
        RECEPTION, ADVICE, 15, "Accueil", "Pour les demandes que le secrétariat note lui-même.",
        after="", colour="#B3261E", position=100, where="phone", who="agents",
    ),
)  # fmt: skip


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
