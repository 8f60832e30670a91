"""The numbers of a reseller's accounts in its postings."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from vlms.billing.rules.postings import Accounts
from vlms.billing.service.invoicing_posting import require_seller
from vlms.core.permissions import Permission
from vlms.core.work import Work


def set_accounts(work: Work, reseller_id: UUID, accounts: Accounts) -> None:
    """Use these numbers from now on, for earlier postings too.

    Raises BadInput while nobody entered who the seller is.
    """
    work.actor.require(Permission.EDIT_INVOICES)
    seller = require_seller(work, reseller_id)
    work.does("accounts.set")
    for name, number in asdict(accounts).items():
        setattr(seller, f"{name}_account", number)
    work.flush()
