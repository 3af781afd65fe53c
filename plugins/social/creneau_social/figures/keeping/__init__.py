"""What is kept of persons, so that the figures of a whole territory are read and not counted (S-10)."""
