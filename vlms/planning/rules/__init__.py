"""Rules of planning: pure functions."""
