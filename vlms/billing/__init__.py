"""Billing: charges, invoices to customers, credit notes, receipts, the publisher's invoices.

A charge is what an order line costs, written when the order is placed and never changed; an
invoice asks a customer for charges at the reseller's prices, with tax; a publisher's invoice
asks the reseller for them.
"""
