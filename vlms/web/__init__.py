"""The web side that all domains share: access gate, units of work, forms, errors, downloads."""
