"""What giving does."""
