"""How many come: by adviser, by motive, and by the structure that prescribes (D-12)."""
