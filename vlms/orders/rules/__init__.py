"""The rules of ordering and money (O1-O4, P1-P6): pure functions on plain values."""
