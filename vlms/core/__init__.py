"""What every part stands on: database, scope, work, permissions, money, months.

No Flask and no word of the business lives here.
"""
