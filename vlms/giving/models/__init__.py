"""Tables of giving."""
