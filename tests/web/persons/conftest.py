from tests.web.backoffice.conftest import office, signed_in

__all__ = ["office", "signed_in"]
