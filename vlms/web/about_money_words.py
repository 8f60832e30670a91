"""The words of the pages of billing and reconciliation, by endpoint."""

from __future__ import annotations

from vlms.core.text import Text, _

# Answers that are no pages: files.
NO_MONEY_PAGES = frozenset({"attachments.download", "postings.download", "publisher_invoices.download_margins"})

MONEY: dict[str, Text] = {
    "attachments.add_to_agreement": _(
        "Here a paper is kept with the agreement: the signed agreement, a quote, an invoice. "
        "Customer and reseller both see it."
    ),
    "attachments.add_to_order": _(
        "Here a paper is kept with the order: a quote, a purchase order, an invoice. Customer and "
        "reseller both see it."
    ),
    "attachments.remove_one": _(
        "A paper that was attached by mistake goes for good; the journal keeps that it was there."
    ),
    "exchange_rates.add": _(
        "Enter what one unit of a currency is worth in another; it holds from its day on."
    ),
    "exchange_rates.dry_run": _(
        "What the file would change in the table. Nothing is written until you say so."
    ),
    "exchange_rates.import_file": _("Enter many exchange rates at once from a spreadsheet."),
    "exchange_rates.index": _(
        "Your exchange rates by day. An invoice uses the latest one until its day."
    ),
    "postings.accounts": _("The numbers of your accounts, as your accounting system knows them."),
    "postings.index": _(
        "What your accounting system is to be told of a month: double entry, by currency."
    ),
    "files.examine": _(
        "How a file will be read: its layout, columns, days and numbers. Nothing counts until "
        "you say so."
    ),
    "files.index": _(
        "Your own ledgers and the publisher's files, as they were taken in for a month."
    ),
    "files.mappings": _("What you answered about headings of files; each was asked once."),
    "files.show": _("One file with each of its rows: which count, and why the others do not."),
    "files.upload": _(
        "Give the ledger or the publisher's file of a month; it is compared with your orders."
    ),
    "files.withdraw": _("A file that was taken in by mistake; none of its rows will count."),
    "publisher_invoices.index": _(
        "What the publisher asks you for, beside your own invoices. Customers never see it."
    ),
    "publisher_invoices.margins": _(
        "What each line was bought and sold for in a month, and what is left, by currency."
    ),
    "publisher_invoices.record": _(
        "Enter the publisher's paper: its number and day, and the lines that stand on it."
    ),
    "publisher_invoices.remove": _(
        "Take out an invoice that was recorded by mistake; its lines are open again."
    ),
    "publisher_invoices.show": _("One invoice of the publisher, with the margin of its lines."),
    "receipts.due": _("Posted invoices that are not wholly paid; the overdue ones can be reminded of."),
    "receipts.index": _("Payments that have arrived, and which invoices they paid."),
    "receipts.record": _("Enter a payment that has arrived, and say which invoice it pays."),
    "receipts.settle": _("Let what is left of a credit note settle another open invoice."),
    "receipts.share": _("Let what is left of a payment pay one more open invoice."),
    "receipts.show": _("One payment: what it paid, and what of it is not used yet."),
    "receipts.take_back_one": _(
        "Take back a payment that was recorded by mistake; its invoices are open again."
    ),
    "taxes.add": _("Enter a rate of tax; it holds from its day on, until a later one begins."),
    "taxes.index": _("Which tax invoices carry, by country, product and day, and how it is rounded."),
    "taxes.rounding": _("Say whether a country rounds tax on each line or on the whole invoice."),
}
