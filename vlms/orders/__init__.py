"""Orders: what is bought under an agreement, at what price, and how far it has come.

Nouns: quote, order, line, period, anchor, price level, band, trace, deadline, invoice.
"""
