"""What is held on a person, and where."""
