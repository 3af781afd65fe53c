"""What digital advisers begin with: help of one person at a time, on their own device."""

from typing import Final

from creneau.contributions import Starter, StarterMotive, StarterRole, StarterService

SUPPORT: Final = "Accompagnement numérique"

STARTER: Final = Starter(
    kinds=("digital_aid",),
    services=(StarterService(name=SUPPORT),),
    motives=(
        StarterMotive(
            service=SUPPORT,
            name="Prendre en main son ordinateur ou son téléphone",
            description=(
                "Allumer, écrire, installer, régler : à votre rythme, sur votre propre appareil."
            ),
            duration_minutes=60,
            colour="#0B6E69",
            instructions_after="Apportez votre appareil, son chargeur et vos mots de passe.",
        ),
        StarterMotive(
            service=SUPPORT,
            name="Faire une démarche en ligne",
            description=(
                "Impôts, assurance maladie, allocations, emploi : nous vous guidons, c’est vous "
                "qui faites."
            ),
            duration_minutes=45,
            colour="#1F5FA8",
            instructions_before=(
                "Apportez les documents de la démarche et vos identifiants. Nous ne les gardons "
                "pas."
            ),
            instructions_after=(
                "Apportez votre téléphone : des codes peuvent vous être envoyés pendant le "
                "rendez-vous."
            ),
        ),
        StarterMotive(
            service=SUPPORT,
            name="Messagerie : envoyer et recevoir des e-mails",
            description=(
                "Ouvrir une adresse, envoyer un message et une pièce jointe, éviter les pièges."
            ),
            duration_minutes=45,
            colour="#9A6700",
        ),
        StarterMotive(
            service=SUPPORT,
            name="Protéger ses données et ses mots de passe",
            description="Mots de passe, sauvegardes, arnaques : les bons réflexes.",
            duration_minutes=45,
            colour="#C2185B",
        ),
    ),
    roles=(StarterRole(code="digital_adviser", name="Conseiller numérique", like="agent"),),
    public_text=(
        "Une question sur votre téléphone, une démarche en ligne ? Un conseiller vous aide, "
        "gratuitement."
    ),
)
