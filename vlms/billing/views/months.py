"""The month in an address."""

from __future__ import annotations

from datetime import date

from flask import g

from vlms.billing.rules.month import month_of, read_month
from vlms.core.clock import local_day
from vlms.core.errors import DomainError, NotFound
from vlms.core.text import _
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
