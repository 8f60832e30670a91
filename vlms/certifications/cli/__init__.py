"""Commands about certifications."""
