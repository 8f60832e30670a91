"""Jobs: one table that is queue and truth in one, and the worker that claims due rows."""
