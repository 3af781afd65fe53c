from tests.web.admin.conftest import entered, office

__all__ = ["entered", "office"]
