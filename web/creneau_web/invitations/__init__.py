"""Inviting a person to book, from their file (S-11)."""
