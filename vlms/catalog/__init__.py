"""Catalogue: products, exams and their families, certifications, price lists.

Read by everyone, changed by the operator alone.
"""
