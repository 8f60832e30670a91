"""How long sessions last, and which step comes next."""
