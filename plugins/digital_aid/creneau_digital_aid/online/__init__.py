"""What is open to online booking, and what is missing where it is not (D-01, D-02)."""
