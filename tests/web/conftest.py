"""What tests of pages find: the running application, visitors, a tenant of their own."""

from tests.web.stage import app, client, tenant

__all__ = ["app", "client", "tenant"]
