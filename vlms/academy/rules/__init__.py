"""Rules of the academic part: values in, values or a refusal out."""
