"""Partner organisations: links with people, competencies, memberships (K1-K5, M1-M3)."""
