"""The ends of 12-month lines as entries of a calendar; agreements' own ends stand there already."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vlms.core.text import Name, _
from vlms.exports.calendar import Entry
from vlms.planning import calendar_kinds
from vlms.planning.looking import Look
from vlms.planning.queries.renewals import Kind, list_due
from vlms.web.locales import show_zone

_YEAR = 366


def renewal_entries(look: Look, address: Callable[..., str]) -> Iterator[Entry]:
    """The last day of each, and from when on its next 12 months can be drafted (O3)."""
    kind = calendar_kinds.Kind.AGREEMENT.value
    page = address("renewals.index", kind=Kind.LINE.value)
    for one in list_due(look.session, look.organisation_id, look.now, _YEAR):
        if one.product is None or one.is_renewed:
            continue
        key = f"{one.agreement.id}-{one.product.id}-{one.day}"
        product = Name(one.product.name_en, chinese=one.product.name_zh)
        note = show_zone(one.agreement.time_zone)
        values = {"product": product, "agreement": one.agreement.number}
        ends = _("The 12 months of %(product)s under %(agreement)s end", **values)
        yield Entry(f"{key}-end", str(ends), one.day, note=note, address=page, kind=kind)
        if one.can_from is not None and not one.can_be_drafted:
            opens = _("The next 12 months of %(product)s can be drafted", product=product)
            yield Entry(f"{key}-next", str(opens), one.can_from, note=note, address=page, kind=kind)
