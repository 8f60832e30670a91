"""Acts on certifications, each in a unit of work."""
