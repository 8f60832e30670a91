"""The month, or the days, in an address."""

from __future__ import annotations

from datetime import date

from flask import g

from vlms.billing.rules.month import month_of, read_month
from vlms.core.clock import local_day
from vlms.core.errors import DomainError, NotFound
from vlms.core.near_days import read_near_day
from vlms.core.text import Text, _
from vlms.web.pages import wanted


def month_asked(otherwise: date | None = None) -> tuple[date, date]:
    """The first and last day of `month`, else of the month of `otherwise`, else of this one.

    This month is the one where the organisation is. Raises NotFound for what is no month.
    """
    asked = wanted("month")
    if asked is None:
        return month_of(otherwise or local_day(g.now, g.workspace.time_zone))
    try:
        return read_month(asked, _("Month"))
    except DomainError:
        raise NotFound(None, _("There is no such month.")) from None


def days_asked() -> tuple[date, date]:
    """The days from `first` to `last`; what is not given is that of the month asked for.

    Raises NotFound for what is no day.
    """
    first, last = month_asked()
    return _day("first", _("First day")) or first, _day("last", _("Last day")) or last


def _day(name: str, label: Text) -> date | None:
    asked = wanted(name)
    try:
        return read_near_day(asked, label) if asked else None
    except DomainError:
        raise NotFound(None, _("There is no such day.")) from None
