"""Agreements: a volume-licensing agreement of one organisation, its contacts and schools."""
