"""Data keys: one for each organisation's codes, wrapped by the master key (C8, ADR 0027).

The master key stays outside the database; whoever has the database alone opens nothing.
"""
