"""Short addresses of what the public can book, for paper: typed from a poster, read from a code (C-46)."""
