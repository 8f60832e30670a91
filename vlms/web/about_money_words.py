"""The words of the pages of billing and reconciliation, by endpoint."""

from __future__ import annotations

from vlms.core.text import Text, _

# Answers that are no pages: files.
NO_MONEY_PAGES = frozenset(
    {
        "attachments.download",
        "charge_back.download",
        "invoices.download",
        "invoices.pdf",
        "invoices.workbook",
        "postings.download",
        "publisher_invoices.download_margins",
        "reconciliation.download",
        "reconciliation.paper",
        "statements.download",
        "statements.download_layout",
    }
)

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
    "budgets.add": _(
        "Enter what a cost centre may spend; orders that name it then show what is left."
    ),
    "budgets.edit": _(
        "Give a budget another amount or other days; what was spent is counted anew."
    ),
    "budgets.index": _("What each cost centre may spend, what its orders cost, and what is left."),
    "budgets.show": _("One budget with the orders that it was spent on."),
    "charge_back.index": _(
        "Which department and cost centre bears what of the orders of some days, to the cent, "
        "and what was saved against retail prices."
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
    "files.papers": _(
        "Record the invoices that this file of the publisher tells of, each with its lines."
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
    "invoices.add_price": _(
        "Enter a price of your own; it counts for orders of its day and later."
    ),
    "invoices.buyer": _("What your papers say of this customer, and where its invoices are sent."),
    "invoices.buyers": _(
        "Your customers, and what invoices to them say: name, address, tax number."
    ),
    "invoices.credit": _(
        "A posted invoice never changes: a credit note gives back all of it, or parts of its lines."
    ),
    "invoices.discard": _("A draft that is not needed goes; its lines can be invoiced anew."),
    "invoices.draft": _(
        "Tick the lines of one or several orders that one invoice is to ask for, and enter what "
        "its paper says besides."
    ),
    "invoices.dry_run_tax_numbers": _(
        "Which invoices would get which tax invoice number. Nothing is written until you say so."
    ),
    "invoices.edit": _("Change a draft; its prices, taxes and rates are those of today."),
    "invoices.import_tax_numbers": _(
        "Note the numbers of many tax invoices at once from a spreadsheet."
    ),
    "invoices.index": _(
        "Invoices and credit notes of reseller and customer. What is posted never changes."
    ),
    "invoices.post": _("Look at the amounts once more: posting gives the number and is final."),
    "invoices.prices": _("Prices of your own, for all customers or for one."),
    "invoices.seller": _("What your invoices say of you: name, address, tax number, how to pay."),
    "invoices.show": _(
        "An invoice with its lines, how each was counted, its taxes, and what corrects it."
    ),
    "invoices.allowance_number": _(
        "Note which certificate was issued in Taiwan for this credit note."
    ),
    "invoices.tax_number": _("Note which tax invoice was issued for this invoice."),
    "invoices.to_invoice": _("What customers ordered and no invoice asks for yet."),
    "invoices.void": _("An invoice that was declared void keeps its number and counts no more."),
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
    "receipts.due": _(
        "Posted invoices that are not wholly paid; the overdue ones can be reminded of."
    ),
    "receipts.index": _("Payments that have arrived, and which invoices they paid."),
    "receipts.record": _("Enter a payment that has arrived, and say which invoice it pays."),
    "receipts.settle": _("Let what is left of a credit note settle another open invoice."),
    "receipts.share": _("Let what is left of a payment pay one more open invoice."),
    "receipts.show": _("One payment: what it paid, and what of it is not used yet."),
    "receipts.take_back_one": _(
        "Take back a payment that was recorded by mistake; its invoices are open again."
    ),
    "saved_reports.add": _(
        "A statement as you narrow it here is sent by e-mail, each week or month or when you ask."
    ),
    "saved_reports.edit": _("Changes what a saved report tells, to whom it goes, and when."),
    "saved_reports.index": _(
        "Your statements that are sent by e-mail: when next, and why one was not sent."
    ),
    "taxes.add": _("Enter a rate of tax; it holds from its day on, until a later one begins."),
    "taxes.index": _(
        "Which tax invoices carry, by country, product and day, and how it is rounded."
    ),
    "taxes.rounding": _("Say whether a country rounds tax on each line or on the whole invoice."),
    "reconciliation.close": _(
        "The month is signed off: its files and differences rest, and a paper of them is kept."
    ),
    "reconciliation.difference": _(
        "One difference with both sides beside each other, its probable cause, and what was "
        "decided."
    ),
    "reconciliation.index": _(
        "The months in which your charges were compared with the publisher's files and your ledger."
    ),
    "reconciliation.period": _(
        "One month: take the files in, match them, decide on each difference, then close it."
    ),
    "reconciliation.reopen": _("A month that was signed off can change again; say why."),
    "reconciliation.together": _("Decide on several differences at once, with one reason."),
    "statements.index": _(
        "What was charged in a month, up to a cut-off: by kind, line by line, and as files."
    ),
}
