"""What a town hall begins with: its counters' services, the papers people ask for most."""

from typing import Final

from creneau.contributions import Starter, StarterMotive, StarterRole, StarterService

CITIZENSHIP: Final = "Titres d’identité et citoyenneté"
REGISTRY: Final = "État civil"
PLANNING: Final = "Urbanisme"

STARTER: Final = Starter(
    kinds=("town",),
    services=(
        StarterService(name=CITIZENSHIP),
        StarterService(name=REGISTRY),
        StarterService(name=PLANNING),
    ),
    motives=(
        StarterMotive(
            service=CITIZENSHIP,
            name="Carte d’identité : demande ou renouvellement",
            description="Première demande, renouvellement, perte ou vol.",
            duration_minutes=20,
            colour="#0B6E69",
            instructions_before=(
                "Chaque personne qui demande un titre a besoin de son propre rendez-vous, enfants "
                "compris. Faites votre pré-demande en ligne et notez son numéro."
            ),
            instructions_after=(
                "Apportez le numéro de votre pré-demande, une photo d’identité de moins de 6 mois, "
                "un justificatif de domicile de moins d’un an et votre ancien titre."
            ),
        ),
        StarterMotive(
            service=CITIZENSHIP,
            name="Passeport : demande ou renouvellement",
            description="Pour une personne majeure ou mineure, en sa présence.",
            duration_minutes=20,
            colour="#1F5FA8",
            instructions_before=(
                "Chaque personne qui demande un titre a besoin de son propre rendez-vous, enfants "
                "compris. Faites votre pré-demande en ligne et notez son numéro."
            ),
            instructions_after=(
                "Apportez le numéro de votre pré-demande, une photo d’identité de moins de 6 mois, "
                "un justificatif de domicile de moins d’un an, votre ancien titre et le timbre "
                "fiscal."
            ),
        ),
        StarterMotive(
            service=CITIZENSHIP,
            name="Retrait d’une carte d’identité ou d’un passeport",
            description="Vous avez reçu le message qui annonce que votre titre est arrivé.",
            duration_minutes=10,
            colour="#9A6700",
            instructions_after="Venez en personne avec votre ancien titre.",
        ),
        StarterMotive(
            service=CITIZENSHIP,
            name="Recensement citoyen à 16 ans",
            description="À faire entre le jour des 16 ans et la fin du troisième mois qui suit.",
            duration_minutes=15,
            colour="#C2185B",
            instructions_after=(
                "Apportez la carte d’identité du jeune, le livret de famille et un justificatif de "
                "domicile."
            ),
        ),
        StarterMotive(
            service=REGISTRY,
            name="Dossier de mariage",
            description="Dépôt du dossier complet, au moins deux mois avant la date souhaitée.",
            duration_minutes=45,
            colour="#6A3FA0",
            instructions_after=(
                "Venez à deux, avec vos actes de naissance de moins de 3 mois, vos titres "
                "d’identité et ceux des témoins."
            ),
        ),
        StarterMotive(
            service=REGISTRY,
            name="Déclaration de PACS",
            description="Enregistrement de la déclaration conjointe.",
            duration_minutes=30,
            colour="#2E7D4F",
            instructions_after=(
                "Venez à deux, avec la convention signée, vos actes de naissance de moins de 3 "
                "mois et vos titres d’identité."
            ),
        ),
        StarterMotive(
            service=PLANNING,
            name="Renseignement d’urbanisme",
            description="Permis de construire, déclaration préalable, règles de votre terrain.",
            duration_minutes=30,
            colour="#8D4A2B",
            instructions_after=(
                "Apportez l’adresse ou la référence cadastrale, un plan et vos photos."
            ),
        ),
    ),
    roles=(
        StarterRole(code="counter_clerk", name="Agent de guichet", like="agent"),
        StarterRole(code="counter_reception", name="Accueil de la mairie", like="secretary"),
    ),
    public_text=(
        "Carte d’identité, passeport, état civil, urbanisme : choisissez l’heure à laquelle vous "
        "venez."
    ),
)
