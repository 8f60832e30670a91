"""Finds what partner organisations have."""
