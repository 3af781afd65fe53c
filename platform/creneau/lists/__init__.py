"""What is kept of lists: saved searches, and who took one away as a file (C-68)."""
