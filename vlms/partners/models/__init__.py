"""Tables of partner organisations."""
