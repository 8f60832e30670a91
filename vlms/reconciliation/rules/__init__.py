"""Rules of reconciliation: values in, values or a refusal out."""
