"""Rules of certifications: values in, values or a refusal out."""
