"""What a university begins with: tutoring in the library, the registrar's office, teachers."""

from typing import Final

from creneau.contributions import Starter, StarterMotive, StarterRole, StarterService

TUTORING: Final = "Tutorat documentaire"
REGISTRAR: Final = "Scolarité"
TEACHERS: Final = "Équipe pédagogique"

STARTER: Final = Starter(
    kinds=("university",),
    services=(
        StarterService(name=TUTORING),
        StarterService(name=REGISTRAR),
        StarterService(name=TEACHERS),
    ),
    motives=(
        StarterMotive(
            service=TUTORING,
            name="Tutorat documentaire, entretien individuel",
            description=(
                "Une tutrice ou un tuteur vous aide à trouver, trier et citer vos documents."
            ),
            duration_minutes=30,
            colour="#0B6E69",
            instructions_after=(
                "Apportez votre carte d’étudiant et, si vous l’avez, le sujet de votre travail."
            ),
        ),
        StarterMotive(
            service=REGISTRAR,
            name="Inscription administrative : dossier incomplet",
            description="Une pièce manque ou un paiement est bloqué.",
            duration_minutes=20,
            colour="#1F5FA8",
            instructions_after=(
                "Apportez le message reçu, votre titre d’identité et l’attestation de CVEC."
            ),
        ),
        StarterMotive(
            service=REGISTRAR,
            name="Aménagement d’études ou d’examens",
            description="Handicap, emploi, sport de haut niveau, charge de famille.",
            duration_minutes=30,
            colour="#9A6700",
            instructions_after=(
                "Apportez les justificatifs dont vous disposez. Ils restent confidentiels."
            ),
        ),
        StarterMotive(
            service=REGISTRAR,
            name="Diplôme et attestations de réussite",
            description="Retrait d’un diplôme, duplicata d’une attestation.",
            duration_minutes=15,
            colour="#C2185B",
            instructions_after=(
                "Apportez votre titre d’identité. Une procuration signée est acceptée."
            ),
        ),
        StarterMotive(
            service=TEACHERS,
            name="Rendez-vous avec un enseignant",
            description="Question sur un cours, un mémoire ou un stage.",
            duration_minutes=20,
            colour="#6A3FA0",
        ),
    ),
    roles=(
        StarterRole(code="lms_teacher", name="Enseignant ou tuteur", like="agent"),
        StarterRole(code="lms_office", name="Secrétariat pédagogique", like="secretary"),
    ),
    public_text=(
        "Tutorat, scolarité, rendez-vous avec un enseignant : trouvez un moment entre deux cours."
    ),
)
