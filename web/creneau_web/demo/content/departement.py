"""The département of the demo: social services at four sites of two territories."""

from datetime import time
from typing import Final

from creneau.motives.schemas import Audience, LocationType, MotiveDraft
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

NORTH: Final = "Solidarités – territoire Nord"
SOUTH: Final = "Solidarités – territoire Sud"
PMI: Final = "PMI"
SOCIAL: Final = "Service social"
SECRETARIAT: Final = "Secrétariat"
CLAIRVAL: Final = "MDS de Clairval"
HILLS: Final = "MDS des Coteaux"
NEWTOWN: Final = "MDS du Bourg-Neuf"
STATION: Final = "Point solidarités de la Gare"

BABY: Final = "Consultation médicale du nourrisson"
WEIGHING: Final = "Pesée et conseils avec une puéricultrice"
PREGNANCY: Final = "Entretien prénatal"
HOME_VISIT: Final = "Visite à domicile après la naissance"
FIRST_TALK: Final = "Premier rendez-vous avec le service social"
HOUSING: Final = "Logement : dossier ou impayé de loyer"
BUDGET: Final = "Budget et accès aux droits"
FOLLOW_UP: Final = "Rendez-vous de suivi"
CALL: Final = "Échange par téléphone"
REVIEW: Final = "Bilan d’accompagnement"
INFORMATION: Final = "Réunion d’information sur vos droits"
FORMS: Final = "Aide pour remplir un dossier"
VIOLENCE: Final = "Violences dans le couple : entretien"

FOR_CHILDREN: Final = (BABY, WEIGHING)
FOR_ALL: Final = (FIRST_TALK, HOUSING, BUDGET, FOLLOW_UP, REVIEW)
MORNING: Final = (time(9), time(12, 15))
AFTERNOON: Final = (time(13, 45), time(16, 45))

HEALTH_RECORD: Final = """Apportez le carnet de santé de l’enfant et votre carte Vitale.
La consultation est gratuite et ouverte à toutes les familles."""


def _motive(  # noqa: PLR0913 - what tells one motive from the next
    organisation: str,
    service: str,
    name: str,
    minutes: int,
    description: str,
    *,
    where: LocationType = "on_site",
    who: Audience = "everyone",
    seats: int = 1,
    before: str = "",
    after: str = "",
    colour: str = "#0B6E69",
    position: int = 0,
    secretariat: bool = False,
    confidential: bool = False,
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
            audience=who,
            duration_minutes=minutes,
            minimum_notice_minutes=24 * 60,
            buffer_after_minutes=30 if where == "home" else 0,
            instructions_before=before,
            instructions_after=after,
            cancellation_warning="Si vous ne pouvez pas venir, prévenez-nous : une autre famille pourra être reçue.",
            cancel_notice_minutes=4 * 60,
            move_notice_minutes=24 * 60,
            secretariat=secretariat,
            confidential=confidential,
            capacity=seats,
            notify_agents=False,
        ),
    )


def _motives(organisation: str, first: int) -> tuple[MotivePlan, ...]:
    return (
        _motive(
            organisation, PMI, BABY, 30, "Pour les enfants de moins de 6 ans, avec un médecin.",
            before="L’enfant vient avec l’un de ses parents ou la personne qui en a la garde.",
            after=HEALTH_RECORD, colour="#C2185B", position=first,
        ),
        _motive(
            organisation, PMI, WEIGHING, 20, "Poids, taille, alimentation, sommeil, questions du quotidien.",
            after=HEALTH_RECORD, colour="#AD5A00", position=first + 1,
        ),
        _motive(
            organisation, SOCIAL, FIRST_TALK, 45, "Une assistante ou un assistant de service social vous écoute et fait le point avec vous.",
            before="Si un travailleur social vous suit déjà, prenez plutôt rendez-vous avec cette personne.",
            after="Apportez les courriers qui vous préoccupent. Ce que vous dites reste confidentiel.",
            colour="#0B6E69", position=first + 2,
        ),
        _motive(
            organisation, SOCIAL, HOUSING, 45, "Demande de logement, aide au paiement, procédure d’expulsion.",
            after="Apportez votre bail, les trois dernières quittances et votre avis d’imposition.",
            colour="#1F5FA8", position=first + 3,
        ),
        _motive(
            organisation, SOCIAL, CALL, 20, "Nous vous appelons au numéro que vous indiquez.",
            where="phone", after="Restez joignable : le numéro affiché est masqué.",
            colour="#55627A", position=first + 4,
        ),
    )  # fmt: skip


MOTIVES: Final = (
    *_motives(NORTH, 10),
    _motive(
        NORTH, PMI, PREGNANCY, 60, "Avec une sage-femme, au début du quatrième mois de grossesse.",
        after="Apportez vos examens et vos ordonnances. L’autre parent est le bienvenu.",
        colour="#6A3FA0", position=16,
    ),
    _motive(
        NORTH, PMI, HOME_VISIT, 60, "Une puéricultrice vient chez vous dans le mois qui suit la naissance.",
        where="home", who="agents", colour="#8D4A2B", position=17,
    ),
    _motive(
        NORTH, SOCIAL, BUDGET, 45, "Prestations, surendettement, aides exceptionnelles.",
        after="Apportez vos trois derniers relevés de compte et votre attestation de droits.",
        colour="#2E7D4F", position=18,
    ),
    _motive(
        NORTH, SOCIAL, FOLLOW_UP, 30, "Avec la personne qui vous accompagne.",
        colour="#3F4E8C", position=19,
    ),
    _motive(
        NORTH, SOCIAL, REVIEW, 60, "Nous faisons ensemble le point sur vos démarches, une fois par an.",
        who="invited", after="Apportez ce que vous avez reçu depuis notre dernier rendez-vous.",
        colour="#8A3B5E", position=21,
    ),
    _motive(
        NORTH, SOCIAL, INFORMATION, 90, "RSA, logement, santé : une heure pour s’y retrouver, puis vos questions.",
        seats=10, after="Venez comme vous êtes. Rien n’est à apporter.", colour="#7A4E00", position=20,
    ),
    _motive(
        NORTH, SOCIAL, VIOLENCE, 60, "Rien n’est envoyé, rien ne se voit : la date est dite de vive voix.",
        who="agents", colour="#7A2048", position=21, confidential=True,
    ),
    *_motives(SOUTH, 30),
    _motive(
        SOUTH, SECRETARIAT, FORMS, 30, "Le secrétariat vous aide à compléter et à photocopier vos documents.",
        colour="#9A6700", position=36, secretariat=True,
    ),
)  # fmt: skip


def _week(
    place: str, motives: tuple[str, ...], days: tuple[int, ...], title: str
) -> tuple[OpeningPlan, ...]:
    return tuple(
        OpeningPlan(place=place, motives=motives, days=days, start=start, end=end, title=title)
        for start, end in (MORNING, AFTERNOON)
    )


def _agent(  # noqa: PLR0913 - what tells one agent from the next
    first_name: str,
    last_name: str,
    service: str,
    organisation: str,
    *openings: OpeningPlan,
    role: RoleCode = "agent",
    account: str = "",
    away: int | None = None,
    sessions: tuple[SessionPlan, ...] = (),
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


DUTY: Final = "Permanence sociale"
CARE: Final = "Consultation de PMI"
TALKS: Final = (FIRST_TALK, HOUSING, CALL)

AGENTS: Final = (
    AgentPlan(
        first_name="Hélène",
        last_name="Rousseau",
        services=(SOCIAL,),
        organisations=(NORTH, SOUTH),
        role="administrator",
        account="administration",
    ),
    _agent(
        "Karim", "Haddad", SOCIAL, NORTH, *_week(CLAIRVAL, FOR_ALL, (0, 1, 2, 3, 4), DUTY),
        account="agent",
    ),
    _agent("Monique", "Tissier", SECRETARIAT, NORTH, role="secretary", account="secretariat"),
    _agent("Aline", "Fontaine", PMI, NORTH, *_week(CLAIRVAL, FOR_CHILDREN, (0, 2, 4), CARE)),
    _agent("Dr Paul", "Meunier", PMI, NORTH, *_week(CLAIRVAL, (BABY,), (1, 3), CARE)),
    _agent("Inès", "Carvalho", PMI, NORTH, *_week(HILLS, (WEIGHING, PREGNANCY), (1, 2, 4), CARE), away=20),
    _agent("Luc", "Perrault", SOCIAL, NORTH, *_week(HILLS, (*FOR_ALL, CALL), (0, 2, 3), DUTY)),
    _agent(
        "Sarah", "Nguyen", SOCIAL, NORTH, *_week(CLAIRVAL, (*FOR_ALL, CALL), (1, 3, 4), DUTY),
        sessions=(
            SessionPlan(place=CLAIRVAL, motive=INFORMATION, day=2, start=time(14), title="Vos droits en clair", seats=10, taken=(10, 7, 4, 1)),
        ),
    ),
    _agent("Élodie", "Garnier", PMI, NORTH, *_week(HILLS, (HOME_VISIT,), (0, 3), "Visites")),
    _agent("Yann", "Le Goff", SOCIAL, SOUTH, *_week(NEWTOWN, TALKS, (0, 1, 3), DUTY)),
    _agent("Fatou", "Diallo", SOCIAL, SOUTH, *_week(STATION, TALKS, (2, 4), DUTY)),
    _agent("Béatrice", "Colin", PMI, SOUTH, *_week(NEWTOWN, FOR_CHILDREN, (1, 2, 4), CARE), away=9),
    _agent("Jean", "Masson", SECRETARIAT, SOUTH, *_week(NEWTOWN, (FORMS,), (0, 3), "Aide aux dossiers")),
)  # fmt: skip


def _organisation(name: str, phone: str, email: str, address: str) -> OrganisationDraft:
    return OrganisationDraft(
        name=name,
        phone=phone,
        email=email,
        address=address,
        website="https://www.departement.example/solidarites",
        opening_hours="Lundi au jeudi : 8 h 45 – 12 h 15 et 13 h 30 – 17 h\nVendredi : 8 h 45 – 12 h 15 et 13 h 30 – 16 h 30",
    )


def _place(organisation: str, name: str, address: str, phone: str, access: str) -> PlacePlan:
    return PlacePlan(
        organisation=organisation,
        draft=PlaceDraft(
            organisation_id=LATER,
            name=name,
            address=address,
            phone=phone,
            access_information=access,
        ),
    )


PLAN: Final = TenantPlan(
    tenant=TenantDraft(
        slug="departement",
        name="Département de la Haute-Aure",
        plugins=frozenset({"social"}),
        branding=Branding(
            brand="#7A2048",
            public_text="PMI, service social, accès aux droits : rencontrez une équipe près de chez vous. C’est gratuit et confidentiel.",
            legal_notice="Le Département de la Haute-Aure traite ces données pour organiser votre rendez-vous. Elles sont couvertes par le secret professionnel et conservées deux ans.",
            footer="Département de la Haute-Aure, 12 boulevard des Tilleuls, 03990 Clairval",
            sender_name="Solidarités de la Haute-Aure",
            phone="01 99 00 40 00",
        ),
    ),
    organisations=(
        _organisation(NORTH, "01 99 00 40 10", "nord@departement.example", "8 rue des Écoles\n03990 Clairval"),
        _organisation(SOUTH, "01 99 00 40 20", "sud@departement.example", "3 avenue du Pont\n03995 Bourg-Neuf"),
    ),
    services={PMI: False, SOCIAL: False, SECRETARIAT: True},
    places=(
        _place(NORTH, CLAIRVAL, "8 rue des Écoles\n03990 Clairval", "01 99 00 40 10", "Entrée accessible aux poussettes et aux fauteuils. Bus 4, arrêt Les Écoles."),
        _place(NORTH, HILLS, "15 chemin des Vignes\n03992 Les Coteaux", "01 99 00 40 12", "Derrière l’école maternelle. Parking gratuit."),
        _place(SOUTH, NEWTOWN, "3 avenue du Pont\n03995 Bourg-Neuf", "01 99 00 40 20", "Au rez-de-chaussée de l’immeuble, porte de droite."),
        _place(SOUTH, STATION, "2 place de la Gare\n03996 Saint-Aubin-sur-Aure", "01 99 00 40 22", "En face de la gare, à côté de la médiathèque."),
    ),
    motives=MOTIVES,
    agents=AGENTS,
    for_children=FOR_CHILDREN,
    followed=(FOLLOW_UP,),
    invited=(REVIEW,),
    lively=24,
    meeting="Réunion d’équipe",
)  # fmt: skip
