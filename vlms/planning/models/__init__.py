"""Tables of planning."""
