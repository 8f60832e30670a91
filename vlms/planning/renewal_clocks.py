"""The ends of 12-month lines as entries of a calendar; agreements' own ends stand there already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.core.text import Name, _
from vlms.exports.calendar import Entry
from vlms.planning.queries.renewals import Kind, list_due
from vlms.web.locales import show_zone

_YEAR = 366


def renewal_entries(
    session: Session, organisation_id: UUID, now: datetime, address: Callable[..., str]
) -> Iterator[Entry]:
    """The last day of each, and from when on its next 12 months can be drafted (O3)."""
    for one in list_due(session, organisation_id, now, _YEAR):
        if one.kind is Kind.LINE and one.product is not None and not one.is_renewed:
            key = f"{one.agreement.id}-{one.product.id}-{one.day}"
            product = Name(one.product.name_en, chinese=one.product.name_zh)
            zone, page = show_zone(one.agreement.time_zone), address("renewals.index", kind="line")
            values = {"product": product, "agreement": one.agreement.number}
            ends = _("The 12 months of %(product)s under %(agreement)s end", **values)
            yield Entry(f"{key}-end", str(ends), one.day, note=zone, address=page)
            opens = _("The next 12 months of %(product)s can be drafted", **values)
            if one.can_from is not None:
                yield Entry(f"{key}-renew", str(opens), one.can_from, note=zone, address=page)
