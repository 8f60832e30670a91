"""How many vouchers may be asked for in a year, and what a request must say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from vlms.core.errors import Topic
from vlms.core.text import Text, _, ngettext
from vlms.giving.errors import VoucherRequestRefused


@dataclass(frozen=True)
class Limit:
    """From a year on; `department` is empty for all, `most` None for no limit."""

    department: str
    from_year: int
    most: int | None


def limit_for(limits: Iterable[Limit], department: str, year: int) -> Limit | None:
    """The one that holds in a year: a department's own before that for all, the latest first."""
    fitting = [one for one in limits if one.from_year <= year]
    for wanted in dict.fromkeys((department, "")):
        own = [one for one in fitting if one.department == wanted]
        if own:
            return max(own, key=lambda one: one.from_year)
    return None


def check_wanted(wanted_on: date, today: date) -> None:
    """Raises VoucherRequestRefused for a day that is over."""
    if wanted_on < today:
        raise _refused(
            "wanted_in_past",
            "wanted_on",
            _("The day on which the voucher is wanted is over."),
            _("Choose today or a later day."),
        )


def over_limit(year: int, most: int, department: str | None) -> VoucherRequestRefused:
    """Refuses one request more than a person, or a department, may make in a year."""
    if department is None:
        sentence = ngettext(
            "You may ask for %(number)s voucher in %(year)s, and have done so.",
            "You may ask for %(number)s vouchers in %(year)s, and have done so.",
            most,
            year=str(year),
        )
    else:
        sentence = ngettext(
            "%(department)s may ask for %(number)s voucher in %(year)s, and has done so.",
            "%(department)s may ask for %(number)s vouchers in %(year)s, and has done so.",
            most,
            department=department,
            year=str(year),
        )
    way_out = _("Withdraw a request that is not needed, or ask the licensing admin.")
    return _refused("over_limit", None, sentence, way_out)


def _refused(
    reason: str, field: str | None, sentence: Text, way_out: Text
) -> VoucherRequestRefused:
    return VoucherRequestRefused(
        None, sentence, reason=reason, field=field, way_out=way_out, ask=Topic.CODES
    )
