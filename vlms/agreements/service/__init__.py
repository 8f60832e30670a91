"""Enters agreements, changes them, and imports many at once."""
