"""Certifications as files."""
