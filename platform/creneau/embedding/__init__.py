"""Which sites may show the booking inside their own pages (C-47)."""
