"""What people have earned by exams, and how it is kept renewed (R1-R5)."""
