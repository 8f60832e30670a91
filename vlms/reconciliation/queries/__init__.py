"""Reading statements, files, differences and periods."""
