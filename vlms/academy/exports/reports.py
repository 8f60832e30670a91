"""Reports as tables and papers; figures and totals are those of the pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from vlms.academy.queries.pace import PackOutlook, QuotaOutlook
from vlms.academy.queries.term_report import SHARED, ReportLine, TermReport
from vlms.academy.queries.use import Dimension, UseLine
from vlms.academy.rules.pace import Forecast, Stage
from vlms.academy.rules.use import Counts, add_up
from vlms.core.days import day_writer
from vlms.core.language import Language, tag_of
from vlms.core.text import Text, _
from vlms.exports.document import Block, Document, Facts, Heading, Note, Rows
from vlms.exports.table import Column, Kind, Stated, Table, Total

USE_NOTES = (
    _(
        "Delivered are exams that were started; reversed ones are not. The pass rate is that of "
        "the delivered exams whose result is known (A2)."
    ),
    _("A person who sat in several rows is a candidate in each of them."),
)
BY_WORDS: dict[Dimension, Text] = {
    Dimension.SCHOOL: _("School"),
    Dimension.CLASS: _("Class"),
    Dimension.FAMILY: _("Exam family"),
    Dimension.MONTH: _("Month"),
}
_CANDIDATES = _("Persons with an exam that is reserved, delivered or was missed.")
_RATE = _("Passed among the delivered exams whose result is known, in percent.")
_REMAINING = _(
    "What is neither used nor reserved of the school's quotas for the term, and of those that "
    "hold as long as their pack; as of the day of this report."
)
_VOUCHERS = _("The same of Imagine Academy's grants, for faculty and staff alone (A3).")


def _figures(read: Callable[[Any], Counts], *, is_brief: bool) -> list[Column[Any]]:
    """The columns of counts; a paper for others leaves out what is only planned."""
    integer = Kind.INTEGER
    planned = [Column[Any](_("Reserved"), lambda row: read(row).reserved, integer)]
    return [
        Column[Any](
            _("Candidates"), lambda row: read(row).candidates, integer, meaning=_CANDIDATES
        ),
        *([] if is_brief else planned),
        Column[Any](_("Exams delivered"), lambda row: read(row).delivered, integer),
        Column[Any](_("No-shows"), lambda row: read(row).no_shows, integer),
        Column[Any](_("With result"), lambda row: read(row).results, integer),
        Column[Any](_("Passed"), lambda row: read(row).passed, integer),
        Column[Any](
            _("Pass rate (%)"), lambda row: read(row).pass_rate, Kind.UNIT_PRICE, meaning=_RATE
        ),
    ]


def _totals(columns: Sequence[Column[Any]], sums: Sequence[int]) -> tuple[Total[Any], ...]:
    """Each column of counts adds up to what the page shows."""
    counted = [column for column in columns if column.kind is Kind.INTEGER]
    return tuple(Total(column, (expected,)) for column, expected in zip(counted, sums, strict=True))


def use_table(
    by: Dimension, lines: Sequence[UseLine], month: Callable[[date], str], made_at: datetime
) -> Table[UseLine]:
    """Use by one side; `month` writes the month of its first day."""
    total = add_up(line.counts for line in lines)
    school = Column[UseLine](_("School"), lambda line: line.school)
    name = Column[UseLine](
        BY_WORDS[by],
        lambda line: month(line.name) if isinstance(line.name, date) else line.name,
    )
    figures = _figures(lambda line: line.counts, is_brief=False)
    columns = (*([school] if by is Dimension.CLASS else []), name, *figures)
    sums = (
        total.candidates,
        total.reserved,
        total.delivered,
        total.no_shows,
        total.results,
        total.passed,
    )
    return Table(
        _("Use of packs"),
        columns,
        lines,
        made_at,
        _totals(columns, sums),
        notes=USE_NOTES,
        stated=[Stated(figures[-1], total.pass_rate)],
    )


def term_tables(report: TermReport, made_at: datetime) -> tuple[Table[Any], Table[Any]]:
    """By school with what is left of the quotas, and by class."""
    return (
        _term_table(_("By school"), report.schools, made_at, is_of_schools=True),
        _term_table(_("By class"), report.classes, made_at, is_of_schools=False),
    )


def _term_table(
    title: Text, lines: Sequence[ReportLine], made_at: datetime, *, is_of_schools: bool
) -> Table[ReportLine]:
    total = add_up(line.counts for line in lines)
    enrolled = Column[ReportLine](_("Enrolled"), lambda line: line.enrolled, Kind.INTEGER)
    remaining = Column[ReportLine](
        _("Quota left"), lambda line: line.remaining, Kind.INTEGER, meaning=_REMAINING
    )
    vouchers = Column[ReportLine](
        _("Vouchers left"), lambda line: line.vouchers, Kind.INTEGER, meaning=_VOUCHERS
    )
    figures = _figures(lambda line: line.counts, is_brief=True)
    columns = (
        Column[ReportLine](_("School"), lambda line: line.school),
        *([] if is_of_schools else [Column[ReportLine](_("Class"), lambda line: line.title)]),
        enrolled,
        *figures,
        *([remaining, vouchers] if is_of_schools else []),
    )
    sums = [
        sum(line.enrolled for line in lines),
        total.candidates,
        total.delivered,
        total.no_shows,
        total.results,
        total.passed,
    ]
    if is_of_schools:
        sums += [sum(line.remaining or 0 for line in lines)]
        sums += [sum(line.vouchers or 0 for line in lines)]
    return Table(
        title,
        columns,
        lines,
        made_at,
        _totals(columns, sums),
        notes=USE_NOTES,
        stated=[Stated(figures[-1], total.pass_rate)],
    )


def term_document(
    report: TermReport,
    heads: Sequence[tuple[Text, object]],
    made_at: datetime,
    language: Language,
    *,
    has_roc_years: bool,
) -> Document:
    """The paper for a subsidy file; `heads` name whose it is."""
    schools, classes = term_tables(report, made_at)
    blocks: list[Block] = [
        Facts((*heads, *report_facts(report))),
        Heading(schools.title),
        Rows(schools),
        Heading(classes.title),
        Rows(classes),
        *map(Note, USE_NOTES),
    ]
    return Document(
        _("Term report"),
        blocks,
        made_at,
        language=tag_of(language),
        landscape=True,
        write_day=day_writer(language, has_roc_years),
    )


def report_facts(report: TermReport) -> list[tuple[Text, object]]:
    """What stands above the tables, on the page and on paper."""
    term, total = report.term, report.total
    days = _("%(first)s – %(last)s", first=term.first_day, last=term.last_day)
    rate = total.pass_rate
    return [
        (_("Term"), term.title),
        (_("Days"), days),
        (_("Candidates, each once"), report.candidates),
        (_("Delivered exams"), total.delivered),
        (_("Pass rate"), "–" if rate is None else f"{rate} %"),
        (_("Quota left"), report.remaining),
        (_("Vouchers left"), report.vouchers),
    ]


def reckoning(forecast: Forecast) -> Text:
    """How a left-over was reckoned, in one sentence with its numbers."""
    counter = forecast.counter
    numbers: dict[str, object] = {
        "size": counter.size,
        "used": counter.used,
        "reserved": counter.reserved,
        "gone": forecast.days_gone,
        "left": forecast.days_left,
        "pace": forecast.by_pace,
        "over": forecast.left_over,
    }
    return Text(_SENTENCES[_case(forecast)].singular, values=numbers)


def _case(forecast: Forecast) -> str:
    if forecast.stage is Stage.RUNNING:
        return "reserved" if forecast.is_by_reserved and forecast.days_left else "pace"
    return forecast.stage.value


_SENTENCES = {
    "pace": _(
        "%(used)s used in %(gone)s days; at this pace %(pace)s more in the %(left)s days left: "
        "%(size)s − %(used)s − %(pace)s = %(over)s."
    ),
    "reserved": _(
        "%(used)s used in %(gone)s days, which is %(pace)s more in the %(left)s days left; "
        "%(reserved)s are reserved, which is more: %(size)s − %(used)s − %(reserved)s = %(over)s."
    ),
    "not_begun": _(
        "Not begun, so only what is reserved is known: %(size)s − %(used)s − %(reserved)s = "
        "%(over)s."
    ),
    "over": _("Its days are over: %(size)s − %(used)s = %(over)s."),
}

OutlookRow = tuple[PackOutlook, QuotaOutlook | None]


def outlook_rows(outlooks: Sequence[PackOutlook]) -> list[OutlookRow]:
    """Each pack, if it may be seen as a whole, and its quotas below it."""
    rows: list[OutlookRow] = []
    for outlook in outlooks:
        if outlook.forecast is not None:
            rows.append((outlook, None))
        rows += [(outlook, quota) for quota in outlook.quotas]
    return rows


def forecast_of(row: OutlookRow) -> Forecast:
    outlook, quota = row
    found = outlook.forecast if quota is None else quota.forecast
    assert found is not None
    return found


def whose(row: OutlookRow) -> Text | str:
    """Whose quota a row is, and for which term."""
    _outlook, found = row
    if found is None:
        return _("Whole pack")
    quota = found.quota
    school = quota.school.name if quota.school else SHARED
    if quota.term is None:
        return school
    return Text("%(school)s · %(term)s", values={"school": school, "term": quota.term.title})


def lapse_table(outlooks: Sequence[PackOutlook], made_at: datetime) -> Table[OutlookRow]:
    """What will lapse; a pack and its quotas are not added up."""
    integer = Kind.INTEGER
    columns = (
        Column[OutlookRow](_("Pack"), lambda row: row[0].pack.number),
        Column[OutlookRow](_("Whose"), whose),
        Column[OutlookRow](_("Size"), lambda row: forecast_of(row).counter.size, integer),
        Column[OutlookRow](_("Used"), lambda row: forecast_of(row).counter.used, integer),
        Column[OutlookRow](_("Reserved"), lambda row: forecast_of(row).counter.reserved, integer),
        Column[OutlookRow](_("Last day"), lambda row: forecast_of(row).counter.last_day, Kind.DATE),
        Column[OutlookRow](_("Days left"), lambda row: forecast_of(row).days_left, integer),
        Column[OutlookRow](
            _("Expected left-over"), lambda row: forecast_of(row).left_over, integer
        ),
        Column[OutlookRow](
            _("Needed a week to use all"), lambda row: forecast_of(row).needed_a_week, integer
        ),
        Column[OutlookRow](_("How it was reckoned"), lambda row: reckoning(forecast_of(row))),
    )
    return Table(_("What will lapse"), columns, outlook_rows(outlooks), made_at, notes=LAPSE_NOTES)


LAPSE_NOTES = (
    _("Exams of a pack that are not started lapse with its last day; nobody can extend it (A2)."),
    _(
        "What is left of a term's quota does not lapse with the term: it can be carried over to "
        "the next term as long as the pack runs."
    ),
)
