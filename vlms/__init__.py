"""VLMS: volume-licensing vouchers and access codes."""
