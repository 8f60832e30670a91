"""Shows codes, exports them, and keeps the limits."""
