"""Demo data: three customers with their people, orders and codes in every state.

Everything is done by the services, each act at its own moment in the past.
"""
