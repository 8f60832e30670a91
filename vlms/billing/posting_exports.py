"""Postings as a table for files that an accounting system takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vlms.billing.money_words import ACCOUNT_WORDS, PAPER_WORDS
from vlms.billing.rules.postings import Posting
from vlms.core.text import _
from vlms.exports.table import Column, Kind, Table

_COLUMNS: tuple[Column[Posting], ...] = (
    Column(_("Posting"), lambda one: one.key, meaning=_("It never changes; take each once.")),
    Column(_("Day"), lambda one: one.day, Kind.DATE),
    Column(_("Ledger account"), lambda one: one.account),
    Column(_("Name of the account"), lambda one: ACCOUNT_WORDS[one.role]),
    Column(_("Debit"), lambda one: one.debit, Kind.MONEY),
    Column(_("Credit"), lambda one: one.credit, Kind.MONEY),
    Column(_("Currency"), lambda one: one.currency),
    Column(_("Paper"), lambda one: PAPER_WORDS[one.paper.kind]),
    Column(_("Number"), lambda one: one.paper.number),
    Column(_("Customer"), lambda one: one.paper.party),
    Column(_("Reversal"), lambda one: _("yes") if one.paper.is_reversal else ""),
)


def postings_table(postings: Sequence[Posting], made_at: datetime) -> Table[Posting]:
    """In each currency debits and credits are the same sum."""
    return Table(_("Postings"), _COLUMNS, postings, made_at)
