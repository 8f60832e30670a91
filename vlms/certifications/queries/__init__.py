"""What is read about certifications, within the session's scope."""
