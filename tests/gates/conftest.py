"""The gates play with the same cast as the domain's tests."""

from tests.platform.conftest import made_tenant, stranger, tenant, town

__all__ = ["made_tenant", "stranger", "tenant", "town"]
