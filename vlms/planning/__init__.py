"""What is still to come: orders to plan, agreements to renew or close, days to keep.

Nouns: order plan, renewal, closing certificate, calendar feed, opening balance.
"""
