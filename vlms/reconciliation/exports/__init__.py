"""Files and papers of reconciliation."""
