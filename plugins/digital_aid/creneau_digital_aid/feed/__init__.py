"""The open feed of the national map: every place in the national schema, as JSON and CSV (D-09)."""
