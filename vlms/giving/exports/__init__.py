"""Lists of giving as files."""
