"""What the academic part reads: one module a subject, grouped by the database."""
