"""The doors to the database that the domain and its plugins use."""

from creneau_infra.postgres.migrations import run_script
from creneau_infra.postgres.transactions import Transaction, tenant_transaction

__all__ = ["Transaction", "run_script", "tenant_transaction"]
