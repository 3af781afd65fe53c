"""Inviting a person to book: for a motive or a category, until a day (S-11)."""
