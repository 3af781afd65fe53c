"""Signing up: from a form on the platform's own address to a space of one's own (T-01)."""
