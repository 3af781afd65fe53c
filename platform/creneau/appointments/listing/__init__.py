"""All appointments as one list: filtered, sorted, counted by status, read from end to end (C-68)."""
