"""Forms of giving."""
