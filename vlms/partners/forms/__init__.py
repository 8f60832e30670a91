"""Forms of partner organisations."""
