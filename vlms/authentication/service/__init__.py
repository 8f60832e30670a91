"""What is done with sessions and passwords; one group of verbs a module."""
