"""The form of a reseller's accounts."""

from __future__ import annotations

from vlms.billing.money_words import ACCOUNT_WORDS
from vlms.billing.rules.postings import Accounts
from vlms.core.reading import read_text
from vlms.web.forms import Form, TextField

_number = read_text(20)


class AccountsForm(Form):
    """The number of each account, as the accounting system knows it."""

    receivable = TextField(ACCOUNT_WORDS["receivable"], _number)
    revenue = TextField(ACCOUNT_WORDS["revenue"], _number)
    tax = TextField(ACCOUNT_WORDS["tax"], _number)
    cash = TextField(ACCOUNT_WORDS["cash"], _number)
    cost = TextField(ACCOUNT_WORDS["cost"], _number)
    input_tax = TextField(ACCOUNT_WORDS["input_tax"], _number)
    payable = TextField(ACCOUNT_WORDS["payable"], _number)

    def accounts(self) -> Accounts:
        return Accounts(**{name: self[name].value for name in ACCOUNT_WORDS})
