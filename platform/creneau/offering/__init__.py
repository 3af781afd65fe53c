"""What the public can book: which motives, at which places, with whom."""
