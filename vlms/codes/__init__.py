"""Codes: what a line yields, who holds each one, and what became of it.

Nouns: code (its text, state and last day), stock (a provider's codes not yet drawn),
assignment (one code, one person), registration (one code, one exam appointment).
"""
