"""The rules of the journal's chains: how an entry is written down, and when a chain holds."""
