"""What a new tenant can begin with: chosen from what the core and its verticals propose (T-02)."""
