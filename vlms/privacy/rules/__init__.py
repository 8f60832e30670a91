"""Whose data each column holds, and what erasing a person does with it."""
