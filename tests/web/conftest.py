"""What tests of pages find: the running application, visitors, a tenant of their own."""

from tests.web.stage import client, other_tenant, tenant

__all__ = ["client", "other_tenant", "tenant"]
