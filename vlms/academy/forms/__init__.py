"""Forms of the academic part."""
