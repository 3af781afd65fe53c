"""All invitations within reach as one list: filtered, sorted, counted, read from end to end (S-11)."""
