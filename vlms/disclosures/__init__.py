"""Letting codes out that are nobody's yet: one shown to an admin, many as a file (C8).

Nouns: disclosure (of one code), code export (of many), its approval and its one-time link.
"""
