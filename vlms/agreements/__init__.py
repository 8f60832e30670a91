"""Agreements: under which a customer orders, with their terms, prices' level and contacts.

Nouns: agreement, programme, contact.
"""
