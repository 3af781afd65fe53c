"""What comes of follow-ups: by service, by referent, and those without contact (S-10)."""
