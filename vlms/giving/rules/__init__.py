"""Rules of giving: pure functions."""
