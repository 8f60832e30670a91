"""Which roles may be given where, and to whom. Pure."""
