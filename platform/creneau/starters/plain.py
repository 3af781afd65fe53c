"""What any organisation can begin with, whatever its trade."""

from typing import Final

from creneau.contributions import Starter, StarterMotive, StarterService

RECEPTION: Final = "Accueil du public"

STARTER: Final = Starter(
    kinds=("other",),
    services=(StarterService(name=RECEPTION),),
    motives=(
        StarterMotive(
            service=RECEPTION,
            name="Rendez-vous sur place",
            description="Nous vous recevons dans nos locaux.",
            duration_minutes=30,
            colour="#0B6E69",
            instructions_after="Apportez les documents utiles à votre demande.",
        ),
        StarterMotive(
            service=RECEPTION,
            name="Rendez-vous par téléphone",
            description="Nous vous appelons à l’heure choisie.",
            duration_minutes=15,
            colour="#1F5FA8",
            location_type="phone",
        ),
    ),
    public_text="Choisissez ce qui vous amène et l’heure qui vous convient.",
)
