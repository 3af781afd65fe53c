"""People who do not exist: names, numbers reserved for fiction, addresses that reach nobody."""

import random
from typing import Final

from creneau.people.schemas import Identity

FIRST_NAMES: Final = (
    "Adèle", "Amina", "Antoine", "Arthur", "Awa", "Bernard", "Camille", "Catherine", "Chantal",
    "Clément", "Daniel", "Diego", "Émile", "Fabienne", "Farid", "François", "Gabriel", "Gwenaëlle",
    "Hanna", "Henri", "Ibrahim", "Jacqueline", "Jade", "Jérôme", "Kevin", "Laurence", "Léa",
    "Lionel", "Lucie", "Malik", "Manon", "Margaux", "Mathilde", "Maxime", "Mireille", "Noémie",
    "Odile", "Patrick", "Pénélope", "Quentin", "Rachida", "René", "Sabine", "Salomé", "Samuel",
    "Simone", "Stéphane", "Théo", "Valentin", "Victoire", "Xavier", "Yasmine", "Yvette", "Zélie",
)  # fmt: skip
LAST_NAMES: Final = (
    "Allard", "Arnaud", "Baudry", "Belkacem", "Besson", "Bouvier", "Cissé", "Cordier", "Da Silva",
    "Delmas", "Duchêne", "Évrard", "Faure", "Ferreira", "Giraud", "Guillot", "Hamidi", "Hubert",
    "Jacquet", "Joly", "Keller", "Lacroix", "Langlois", "Le Bihan", "Lopez", "Maillard", "Marchand",
    "Mercier", "Moreau", "N’Diaye", "Noël", "Olivier", "Pages", "Petitjean", "Pham", "Prévost",
    "Rey", "Riviere", "Sauvage", "Schmitt", "Tanguy", "Touré", "Vidal", "Weber", "Yildiz", "Zimmer",
)  # fmt: skip
STREETS: Final = (
    "rue des Lilas", "avenue du Pont", "chemin des Vignes", "rue du Four", "place du Marché",
    "impasse des Tilleuls", "rue de la République", "allée des Cerisiers",
)  # fmt: skip
CHILDREN: Final = ("Alba", "Anas", "Côme", "Eden", "Iris", "Jules", "Lina", "Mia", "Nino", "Soline")
_PLAIN: Final = str.maketrans("éèêëàâîïôöûüç’ ", "eeeeaaiioouuc--")


def somebody(luck: random.Random) -> Identity:
    """Invent a person who can be reached by phone only, and visited."""
    return Identity(
        first_name=luck.choice(FIRST_NAMES),
        last_name=luck.choice(LAST_NAMES),
        phone=(phone := f"01 99 00 {luck.randrange(100):02d} {luck.randrange(100):02d}"),
        address=f"{int(phone[-2:]) + 1} {STREETS[int(phone[-5:-3]) % len(STREETS)]}\n03990 Clairval",
    )


def address_of(identity: Identity) -> str:
    """Give an e-mail address, in a domain that belongs to nobody."""
    name = f"{identity.first_name}.{identity.last_name}".lower().translate(_PLAIN)
    return f"{name}@courriel.example"
