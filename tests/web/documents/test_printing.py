"""What every document shares: its typeface, its length, and what is said where there is none."""
