"""What tests stand on: a private PostgreSQL, a real browser."""
