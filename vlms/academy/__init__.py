"""Academic institutions: packs and their quotas, sites, rosters, sittings, Imagine Academy.

A pack is a counter of exams; a quota is a school's share of it; a sitting has seats, one a
candidate, each drawn from a quota. A roster says who studies or works where.
"""
