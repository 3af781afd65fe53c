"""The statements of webhooks."""
