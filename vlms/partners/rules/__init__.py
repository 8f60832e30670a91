"""Rules of partner organisations: values in, values or a refusal out."""
