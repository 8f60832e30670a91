"""What giving reads."""
