"""What plugins do once a transaction is committed, and once a day."""
