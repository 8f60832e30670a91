"""Tables and papers of the academic part."""
