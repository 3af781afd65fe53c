"""The staff of a town hall, and how its administrators come in."""

from tests.web.admin.conftest import entered, office

__all__ = ["entered", "office"]
