"""The list of group sessions: filtered, sorted, counted, read from end to end (C-68)."""
