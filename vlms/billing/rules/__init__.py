"""Rules of billing: values in, values or a refusal out."""
