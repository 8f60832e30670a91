"""Charts as values: what a table shows and a drawing repeats."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from babel.dates import format_date

from vlms.academy.queries.use import Dimension, UseFilter, count_use
from vlms.core.language import Language
from vlms.core.money import minor_digits
from vlms.core.permissions import Permission
from vlms.core.term import start_of_day
from vlms.core.text import _
from vlms.insights.history import count_by_school, list_courses, sum_spend
from vlms.insights.rules.months import Standing, month_ends, months_until, standings
from vlms.planning.looking import Look
from vlms.web.charts import Cell, Chart, count_cell
from vlms.web.locales import current_language, show_minor

MONTHS = 12
_REPORTS = Permission.VIEW_ACADEMY_REPORTS
# What happens now has happened.
_MOMENT = timedelta(microseconds=1)
WORDS = {
    Standing.UNASSIGNED: _("Not assigned"),
    Standing.ASSIGNED: _("Assigned or registered"),
    Standing.USED: _("Used or activated"),
    Standing.LOST: _("Forfeited or void"),
    Standing.EXPIRED: _("Expired"),
}


def list_charts(look: Look) -> Sequence[Chart]:
    """The charts that the visitor may see and that have something to show."""
    # A reseller sees counts of its customers' codes, never a code.
    sees_counts = look.may(Permission.VIEW_CODES) or look.kind == "reseller"
    return [
        *(_codes(look) if sees_counts else ()),
        *(_spend(look) if look.may(Permission.VIEW_ORDERS) else ()),
        *(_schools(look) if look.buys and look.may(Permission.VIEW_CODES) else ()),
        *(_exams(look) if look.kind == "academic" and look.may(_REPORTS) else ()),
    ]


def _codes(look: Look) -> Sequence[Chart]:
    months = months_until(look.now, look.zone, MONTHS)
    ends = [*month_ends(months[:-1], look.zone), look.now + _MOMENT]
    courses = list_courses(look.session, ends)
    if not courses:
        return ()
    by_standing = standings(courses, MONTHS)
    rows = [
        (_month(month), [count_cell(by_standing[standing][number]) for standing in Standing])
        for number, month in enumerate(months)
    ]
    return (
        Chart(
            "codes",
            _("Codes by state"),
            _(
                "How many codes stood how at each month's end, and in this month now. Reckoned "
                "from the moments that each code keeps: issued, assigned, ended, expired. "
                "Reserved codes count as not assigned."
            ),
            _("Month"),
            [WORDS[standing] for standing in Standing],
            rows,
        ),
    )


def _spend(look: Look) -> Sequence[Chart]:
    months = months_until(look.now, look.zone, MONTHS)
    ends = month_ends(months, look.zone)
    spend = sum_spend(look.session, start_of_day(months[0], look.zone), ends)
    return [_spend_in(currency, totals, months) for currency, totals in spend.items()]


def _spend_in(currency: str, totals: Sequence[int], months: Sequence[date]) -> Chart:
    rows = [
        (_month(month), [Cell(_major(total, currency), show_minor(total, currency))])
        for month, total in zip(months, totals, strict=True)
    ]
    return Chart(
        f"spend-{currency.lower()}",
        _("Orders by month, %(currency)s", currency=currency),
        _("Totals before tax of the orders placed in each month; cancelled ones are not counted."),
        _("Month"),
        [_("Total before tax")],
        rows,
    )


def _schools(look: Look) -> Sequence[Chart]:
    uses = count_by_school(look.session, look.now)
    kinds = [standing for standing in Standing if standing is not Standing.UNASSIGNED]
    if not uses:
        return ()
    return (
        Chart(
            "schools",
            _("Use by school"),
            _("Codes assigned to the people of each school, as they stand now."),
            _("School"),
            [WORDS[kind] for kind in kinds],
            [(use.name, [count_cell(use.counts.get(kind, 0)) for kind in kinds]) for use in uses],
        ),
    )


def _exams(look: Look) -> Sequence[Chart]:
    """The same counts as the report of use by school has."""
    lines = count_use(look.session, Dimension.SCHOOL, UseFilter())
    if not lines:
        return ()
    rows = [
        (
            str(line.name),
            [
                count_cell(line.counts.reserved),
                count_cell(line.counts.delivered),
                count_cell(line.counts.no_shows),
            ],
        )
        for line in lines
    ]
    return (
        Chart(
            "school-exams",
            _("Exams of packs by school"),
            _("Exams drawn from packs, by the school of the sitting, as they stand now."),
            _("School"),
            [_("Reserved"), _("Exams delivered"), _("No-show")],
            rows,
        ),
    )


def _major(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-minor_digits(currency))


def _month(month: date) -> str:
    if current_language() is Language.TRADITIONAL_CHINESE:
        return f"{month.year}/{month.month}"
    return format_date(month, "MMM y", locale="en")
