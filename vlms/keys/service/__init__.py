"""Finds, makes, rotates and drops data keys."""
