"""Privacy: what is held on a person, who may erase it, and how long it is kept.

Every column that can hold a person's data is declared in `rules`: whose it is, and what
erasing does with it. A test fails for a column that nobody declared.
"""
