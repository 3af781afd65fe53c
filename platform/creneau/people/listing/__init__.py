"""All persons within reach as one list: filtered, sorted, counted, read from end to end (C-68)."""
