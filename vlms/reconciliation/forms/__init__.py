"""Forms of reconciliation."""
