"""Limits of disclosures, as pure functions."""
