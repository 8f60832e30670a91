"""Giving codes to many people, and what follows: reminders, requests, the providers' files.

Nouns: handout (one giving to many, row by row), reminder, voucher request, provider report.
"""
