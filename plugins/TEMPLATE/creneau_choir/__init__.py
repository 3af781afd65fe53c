"""Choirs and their auditions, a plugin of Créneau."""
