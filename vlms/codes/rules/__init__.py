"""What is true of codes (C1 to C8), without clock, database or page."""
