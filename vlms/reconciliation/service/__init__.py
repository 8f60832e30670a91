"""What is done with statements, files, differences and periods."""
