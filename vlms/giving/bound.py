"""Which voucher requests stay bound to people who leave (C2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.accounts.bound import Bound, Found
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.giving.queries.requests import list_open_requests_of
from vlms.giving.request_words import ASK_WORDS
from vlms.orders.exports import product_name


def find_bound_wishes(session: Session, person_ids: Collection[UUID], _now: datetime) -> Found:
    """Their requests that nobody has ended; a reserved code is found as a code."""
    found: dict[UUID, list[Bound]] = defaultdict(list)
    for request in list_open_requests_of(session, person_ids):
        found[request.person_id].append(
            Bound(
                _("Voucher request"),
                product_name(request.product),
                ASK_WORDS[request.state],
                None,
                "voucher_requests.show",
                {"voucher_request_id": str(request.id)},
                Permission.VIEW_VOUCHER_REQUESTS,
                ends_first=True,
            )
        )
    return found
