"""Reconciliation: statements, files of others, matching, differences and their work queue.

A statement is charges up to a cut-off; a file is somebody else's account of the same; a
difference is where the two, or invoices and codes, do not agree.
"""
