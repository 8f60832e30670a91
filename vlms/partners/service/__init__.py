"""Acts of partner organisations, each in a unit of work."""
