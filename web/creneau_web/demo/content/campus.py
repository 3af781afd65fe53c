"""The university of the demo: help with research in the library, and the registrar's office."""

from datetime import time
from typing import Final

from creneau.motives.schemas import LocationType, MotiveDraft
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

LIBRARY: Final = "Bibliothèque universitaire"
REGISTRAR: Final = "Direction des études"
TUTORING: Final = "Tutorat documentaire"
TRAINING: Final = "Formation des usagers"
OFFICE: Final = "Scolarité"
DESK: Final = "Secrétariat pédagogique"
READING_ROOM: Final = "BU Centre, salle de formation"
MEADOWS: Final = "BU des Prés, espace tutorat"
BUILDING_A: Final = "Bâtiment A, scolarité"

TUTOR: Final = "Tutorat documentaire, entretien individuel"
RESEARCH: Final = "Atelier : chercher et citer ses sources"
ZOTERO: Final = "Atelier : gérer sa bibliographie avec Zotero"
DISTANCE: Final = "Permanence à distance du tutorat"
ENROLMENT: Final = "Inscription administrative : dossier incomplet"
ADAPTATION: Final = "Aménagement d’études ou d’examens"
CERTIFICATE: Final = "Diplôme et attestations de réussite"
EXCHANGE: Final = "Partir en échange : point sur le dossier"

BRING: Final = "Apportez votre carte d’étudiant et, si vous l’avez, le sujet de votre travail."


def _motive(  # noqa: PLR0913 - what tells one motive from the next
    organisation: str,
    service: str,
    name: str,
    minutes: int,
    description: str,
    *,
    where: LocationType = "on_site",
    seats: int | None = 1,
    before: str = "",
    after: str = BRING,
    colour: str = "#1F4E8C",
    position: int = 0,
) -> MotivePlan:
    return MotivePlan(
        organisation=organisation,
        service=service,
        draft=MotiveDraft(
            organisation_id=LATER,
            service_id=LATER,
            name=name,
            description=description,
            category=service,
            colour=colour,
            position=position,
            location_type=where,
            audience="everyone",
            duration_minutes=minutes,
            minimum_notice_minutes=120,
            capacity=seats,
            instructions_before=before,
            instructions_after=after,
            cancel_notice_minutes=120,
            move_notice_minutes=120,
            maximum_active_per_person=3,
            # The person who teaches hears at once who enrols in a group.
            notify_agents=seats != 1,
        ),
    )


MOTIVES: Final = (
    _motive(
        LIBRARY, TUTORING, TUTOR, 30, "Une tutrice ou un tuteur vous aide à trouver, trier et citer vos documents.",
        colour="#1F4E8C", position=10,
    ),
    _motive(
        LIBRARY, TRAINING, RESEARCH, 120, "En petit groupe, devant un ordinateur. De la licence 1 au master 1.", seats=12,
        before="L’atelier commence à l’heure : passé dix minutes, la place est donnée à une autre personne.",
        colour="#0B6E69", position=20,
    ),
    _motive(
        LIBRARY, TRAINING, ZOTERO, 90, "Installer Zotero, récolter des références, produire une bibliographie.", seats=8,
        after="Venez avec votre ordinateur portable, Zotero déjà installé si possible.",
        colour="#6A3FA0", position=30,
    ),
    _motive(
        LIBRARY, TUTORING, DISTANCE, 60, "En visioconférence, une question après l’autre, sans limite de places.",
        where="video", seats=None, after="Le lien de connexion se trouve dans votre espace de cours.",
        colour="#2E7D4F", position=40,
    ),
    _motive(
        REGISTRAR, OFFICE, ENROLMENT, 20, "Une pièce manque ou un paiement est bloqué.",
        after="Apportez le message reçu, votre titre d’identité et l’attestation de CVEC.",
        colour="#9A6700", position=50,
    ),
    _motive(
        REGISTRAR, OFFICE, ADAPTATION, 30, "Handicap, emploi, sport de haut niveau, charge de famille.",
        before="Ce rendez-vous prépare la demande ; la décision revient à la commission.",
        after="Apportez les justificatifs dont vous disposez. Ils restent confidentiels.",
        colour="#C2185B", position=60,
    ),
    _motive(
        REGISTRAR, OFFICE, CERTIFICATE, 15, "Retrait d’un diplôme, duplicata d’une attestation.",
        after="Apportez votre titre d’identité. Une procuration signée est acceptée.",
        colour="#55627A", position=70,
    ),
    _motive(
        REGISTRAR, OFFICE, EXCHANGE, 30, "Contrat d’études, bourse de mobilité, calendrier.",
        colour="#AD5A00", position=80,
    ),
)  # fmt: skip


def _opening(
    place: str, motives: tuple[str, ...], days: tuple[int, ...], hours: tuple[int, int], title: str
) -> OpeningPlan:
    return OpeningPlan(
        place=place, motives=motives, days=days, start=time(hours[0]), end=time(hours[1]), title=title
    )  # fmt: skip


def _session(  # noqa: PLR0913, PLR0917 - a line of the timetable
    place: str, motive: str, day: int, start: time, title: str, seats: int | None, *taken: int
) -> SessionPlan:
    return SessionPlan(
        place=place, motive=motive, day=day, start=start, title=title, seats=seats, taken=taken
    )  # fmt: skip


def _agent(  # noqa: PLR0913, PLR0917 - what tells one agent from the next
    first_name: str,
    last_name: str,
    service: str,
    organisation: str,
    openings: tuple[OpeningPlan, ...] = (),
    sessions: tuple[SessionPlan, ...] = (),
    role: RoleCode = "agent",
    account: str = "",
    away: int | None = None,
) -> AgentPlan:
    return AgentPlan(
        first_name=first_name,
        last_name=last_name,
        services=(service,),
        organisations=(organisation,),
        role=role,
        account=account,
        openings=openings,
        sessions=sessions,
        away=away,
    )


STUDIES: Final = (ENROLMENT, ADAPTATION, CERTIFICATE)

AGENTS: Final = (
    AgentPlan(
        first_name="Michèle",
        last_name="Hamel",
        services=(TRAINING,),
        organisations=(LIBRARY, REGISTRAR),
        role="administrator",
        account="administration",
    ),
    _agent(
        "Antoine", "Lemaire", TUTORING, LIBRARY,
        (
            _opening(READING_ROOM, (TUTOR,), (0, 1, 2, 3, 4), (9, 12), "Permanence de tutorat"),
            _opening(READING_ROOM, (TUTOR,), (1, 3), (14, 17), "Permanence de tutorat"),
        ),
        (_session(READING_ROOM, DISTANCE, 2, time(17), "Vos questions en direct", None, 5, 3, 2, 1, 0),),
        account="agent",
    ),
    _agent("Pascale", "Dumont", DESK, REGISTRAR, role="secretary", account="secretariat"),
    _agent(
        "Amélie", "Renard", TRAINING, LIBRARY, (),
        (
            _session(READING_ROOM, RESEARCH, 0, time(14), "Groupe du lundi", 12, 12, 7, 3, 1, 0),
            _session(READING_ROOM, ZOTERO, 2, time(10), "Groupe du mercredi", 8, 8, 4, 1, 0, 0),
        ),
    ),
    _agent(
        "Hugo", "Pelletier", TUTORING, LIBRARY,
        (_opening(MEADOWS, (TUTOR,), (1, 3), (12, 14), "Permanence du midi"),),
        (_session(MEADOWS, RESEARCH, 3, time(16), "Groupe du jeudi", 12, 9, 4, 1, 0, 0),),
    ),
    _agent("Louise", "Chevalier", TUTORING, LIBRARY, (_opening(MEADOWS, (TUTOR,), (0, 4), (13, 17), "Tutorat"),), away=12),
    _agent("Olivier", "Barbier", OFFICE, REGISTRAR, (_opening(BUILDING_A, STUDIES, (0, 1, 3), (9, 12), "Accueil"),)),
    _agent("Samira", "Kaddour", OFFICE, REGISTRAR, (_opening(BUILDING_A, STUDIES, (1, 2, 4), (13, 16), "Accueil"),)),
    _agent("Bastien", "Roche", OFFICE, REGISTRAR, (_opening(BUILDING_A, (EXCHANGE,), (2, 3), (9, 12), "Mobilité"),)),
)  # fmt: skip


def _place(organisation: str, name: str, address: str, access: str) -> PlacePlan:
    return PlacePlan(
        organisation=organisation,
        draft=PlaceDraft(
            organisation_id=LATER,
            name=name,
            address=address,
            phone="01 99 00 60 00",
            access_information=access,
        ),
    )


PLAN: Final = TenantPlan(
    tenant=TenantDraft(
        slug="campus",
        name="Université de Clairval",
        plugins=frozenset({"lms"}),
        branding=Branding(
            brand="#1F4E8C",
            public_text="Tutorat documentaire, ateliers de la bibliothèque, scolarité : trouvez un moment entre deux cours.",
            legal_notice="L’Université de Clairval traite ces données pour organiser votre rendez-vous et les conserve deux ans.",
            footer="Université de Clairval, esplanade des Sciences, 03990 Clairval",
            sender_name="Université de Clairval",
            phone="01 99 00 60 00",
        ),
    ),
    organisations=(
        OrganisationDraft(
            name=LIBRARY,
            phone="01 99 00 60 10",
            email="bu@campus.example",
            address="Esplanade des Sciences\n03990 Clairval",
            website="https://bu.campus.example",
            opening_hours="Lundi au vendredi : 8 h – 20 h\nSamedi : 9 h – 17 h",
        ),
        OrganisationDraft(
            name=REGISTRAR,
            phone="01 99 00 60 20",
            email="scolarite@campus.example",
            address="Bâtiment A, esplanade des Sciences\n03990 Clairval",
            website="https://www.campus.example/scolarite",
            opening_hours="Lundi, mardi, jeudi : 9 h – 12 h\nMardi, mercredi, vendredi : 13 h – 16 h",
        ),
    ),
    services={TUTORING: False, TRAINING: False, OFFICE: False, DESK: True},
    places=(
        _place(LIBRARY, READING_ROOM, "Esplanade des Sciences\n03990 Clairval", "Premier étage, ascenseur à gauche de l’accueil. Carte d’étudiant à l’entrée."),
        _place(LIBRARY, MEADOWS, "40 avenue des Prés\n03990 Clairval", "Rez-de-chaussée, espace vitré. Tram B, arrêt Les Prés."),
        _place(REGISTRAR, BUILDING_A, "Bâtiment A, esplanade des Sciences\n03990 Clairval", "Guichets 3 à 6, prenez un ticket à la borne en arrivant."),
    ),
    motives=MOTIVES,
    agents=AGENTS,
)  # fmt: skip
