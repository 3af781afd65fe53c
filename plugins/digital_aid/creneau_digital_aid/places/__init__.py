"""Where the advisers are: the open feed of the national map, and the tenant's own map and list (D-09)."""
