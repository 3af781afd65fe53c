"""What social services begin with: child health, social service, secretariat (S-05)."""

from typing import Final

from creneau.contributions import Starter, StarterMotive, StarterRole, StarterService

CHILDREN: Final = "PMI"
SOCIAL: Final = "Service social"
OFFICE: Final = "Secrétariat"

STARTER: Final = Starter(
    kinds=("departement",),
    services=(
        StarterService(name=CHILDREN),
        StarterService(name=SOCIAL),
        StarterService(name=OFFICE, secretariat=True),
    ),
    motives=(
        StarterMotive(
            service=CHILDREN,
            name="Consultation médicale du nourrisson",
            description="Pour les enfants de moins de 6 ans, avec un médecin.",
            duration_minutes=30,
            colour="#0B6E69",
            instructions_before=(
                "L’enfant vient avec l’un de ses parents ou la personne qui en a la garde."
            ),
            instructions_after=(
                "Apportez le carnet de santé de l’enfant et votre carte Vitale. La consultation "
                "est gratuite."
            ),
        ),
        StarterMotive(
            service=CHILDREN,
            name="Pesée et conseils avec une puéricultrice",
            description="Poids, taille, alimentation, sommeil, questions du quotidien.",
            duration_minutes=20,
            colour="#1F5FA8",
            instructions_after="Apportez le carnet de santé de l’enfant.",
        ),
        StarterMotive(
            service=CHILDREN,
            name="Entretien prénatal",
            description="Avec une sage-femme, au début du quatrième mois de grossesse.",
            duration_minutes=60,
            colour="#9A6700",
            instructions_after=(
                "Apportez vos examens et vos ordonnances. L’autre parent est le bienvenu."
            ),
        ),
        StarterMotive(
            service=SOCIAL,
            name="Premier rendez-vous avec le service social",
            description="Une personne du service vous écoute et fait le point avec vous.",
            duration_minutes=45,
            colour="#C2185B",
            instructions_after=(
                "Apportez les courriers qui vous préoccupent. Ce que vous dites reste confidentiel."
            ),
        ),
        StarterMotive(
            service=SOCIAL,
            name="Logement : demande ou impayé de loyer",
            description="Demande de logement, aide au paiement, procédure d’expulsion.",
            duration_minutes=45,
            colour="#6A3FA0",
            instructions_after=(
                "Apportez votre bail, vos dernières quittances et votre avis d’imposition."
            ),
        ),
        StarterMotive(
            service=SOCIAL,
            name="Échange par téléphone",
            description="Nous vous appelons au numéro que vous indiquez.",
            duration_minutes=20,
            colour="#2E7D4F",
            location_type="phone",
            instructions_after="Restez joignable : le numéro affiché peut être masqué.",
        ),
    ),
    roles=(
        StarterRole(code="social_worker", name="Travailleur social", like="agent"),
        StarterRole(code="social_office", name="Secrétariat médico-social", like="secretary"),
    ),
    public_text=(
        "Santé de l’enfant, logement, budget, accès aux droits : prenez rendez-vous près de chez "
        "vous."
    ),
)
