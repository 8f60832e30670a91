"""Rules of figures: pure."""
