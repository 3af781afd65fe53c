"""The staff of a town hall, signed in as administrators and agents are."""

from tests.web.admin.conftest import entered, office

__all__ = ["entered", "office"]
