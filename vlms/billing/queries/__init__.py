"""Reading of billing's tables."""
