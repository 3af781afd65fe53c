"""What the demo's département has: its referential of names, and its sectors."""
