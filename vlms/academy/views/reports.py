"""Pages of use, of what will lapse and of a term's figures; filters stand in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Blueprint, g, render_template
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from vlms.academy.exports.reports import (
    BY_WORDS,
    LAPSE_NOTES,
    USE_NOTES,
    forecast_of,
    lapse_table,
    outlook_rows,
    reckoning,
    report_facts,
    term_document,
    term_tables,
    use_table,
    whose,
)
from vlms.academy.models.roster import AcademicTerm
from vlms.academy.queries.choices import (
    list_newest_packs,
    list_newest_terms,
    list_schools_seen,
)
from vlms.academy.queries.pace import PackOutlook, list_outlooks
from vlms.academy.queries.term_report import TermReport, report_term
from vlms.academy.queries.use import Dimension, UseFilter, UseLine, count_all, count_use
from vlms.academy.rules.use import add_up
from vlms.accounts.queries import get_organisation
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.language import Language
from vlms.core.permissions import Permission
from vlms.core.scope import Organisation as OrganisationScope
from vlms.core.text import _
from vlms.web.access import requires
from vlms.web.lists import ALL, Filter, ListPage
from vlms.web.locales import current_language
from vlms.web.pages import send_book, send_document, send_table, wanted

academy_reports = Blueprint("academy_reports", __name__, url_prefix="/o/<organisation>/reports")
# More than anybody scrolls through in a chooser.


@dataclass(frozen=True)
class Asked:
    """The filters in the address; what is not known here counts as not given."""

    list: ListPage
    terms: Sequence[AcademicTerm]
    term: AcademicTerm | None
    school_id: UUID | None
    pack_id: UUID | None

    @property
    def use(self) -> UseFilter:
        first = self.term.first_day if self.term else None
        last = self.term.last_day if self.term else None
        return UseFilter(first, last, self.school_id, self.pack_id)


def _asked(endpoint: str, *, has_terms: bool = True, of_one: bool = False) -> Asked:
    """What is asked for; a report `of_one` term is of the latest unless one is chosen."""
    session = db.session()
    terms = list_newest_terms(session) if has_terms else []
    latest = _latest(terms) if of_one else None
    schools = list_schools_seen(session)
    packs = list_newest_packs(session)
    term = Filter(
        "term",
        _("Term"),
        {str(each.id): each.title for each in terms},
        unasked=_("The latest: %(term)s", term=latest.title) if latest else ALL,
    )
    school = Filter("school", _("School"), {str(each.id): each.name for each in schools})
    pack = Filter("pack", _("Pack"), {str(each.id): each.number for each in packs})
    filters = [*([term] if has_terms else []), school, pack]
    return Asked(
        ListPage(endpoint, (), filters, kept=("by",)),
        terms,
        next((each for each in terms if str(each.id) == term.value), None),
        _key(school),
        _key(pack),
    )


def _key(chosen: Filter) -> UUID | None:
    return UUID(chosen.value) if chosen.value else None


def _by() -> Dimension:
    word = wanted("by")
    return Dimension(word) if word in set(Dimension) else Dimension.SCHOOL


def month_word(first_day: date) -> str:
    if current_language() is Language.TRADITIONAL_CHINESE:
        return f"{first_day.year}/{first_day.month}"
    return format_date(first_day, "MMM y", locale="en")


def _made_at() -> datetime:
    instant: datetime = g.now
    return instant.astimezone(ZoneInfo(g.workspace.time_zone))


def _sees_all() -> bool:
    """Whether quotas of every school are seen, so that they may be added up to their pack."""
    scope = g.scope
    return not (isinstance(scope, OrganisationScope) and scope.school_ids is not None)


def _use(asked: Asked, by: Dimension) -> list[UseLine]:
    return count_use(db.session(), by, asked.use)


@academy_reports.get("/")
@requires(Permission.VIEW_ACADEMY_REPORTS)
def index() -> str:
    """Use of packs by school, class, exam family or month."""
    asked, by = _asked("academy_reports.index"), _by()
    lines = _use(asked, by)
    return render_template(
        "academy_reports/index.html",
        list=asked.list,
        by=by,
        words=BY_WORDS,
        lines=lines,
        total=add_up(line.counts for line in lines),
        candidates=count_all(db.session(), asked.use).candidates,
        month=month_word,
        is_day=lambda name: isinstance(name, date),
        notes=USE_NOTES,
    )


@academy_reports.get("/use.<form>")
@requires(Permission.VIEW_ACADEMY_REPORTS)
def download_use(form: str) -> Response:
    by = _by()
    lines = _use(_asked("academy_reports.index"), by)
    return send_table(use_table(by, lines, month_word, _made_at()), f"use-by-{by.value}", form)


def _outlooks(asked: Asked) -> list[PackOutlook]:
    return list_outlooks(
        db.session(),
        g.now,
        sees_all=_sees_all(),
        pack_id=asked.pack_id,
        school_id=asked.school_id,
    )


@academy_reports.get("/lapsing")
@requires(Permission.VIEW_ACADEMY_REPORTS)
def lapsing() -> str:
    """What will be left of each pack and quota at the present pace, with the reckoning."""
    asked = _asked("academy_reports.lapsing", has_terms=False)
    return render_template(
        "academy_reports/lapsing.html",
        list=asked.list,
        rows=outlook_rows(_outlooks(asked)),
        forecast_of=forecast_of,
        reckoning=reckoning,
        whose=whose,
        notes=LAPSE_NOTES,
    )


@academy_reports.get("/lapsing.<form>")
@requires(Permission.VIEW_ACADEMY_REPORTS)
def download_lapsing(form: str) -> Response:
    asked = _asked("academy_reports.lapsing", has_terms=False)
    return send_table(lapse_table(_outlooks(asked), _made_at()), "what-will-lapse", form)


def _latest(terms: Sequence[AcademicTerm]) -> AcademicTerm | None:
    """The last one that has begun, else the newest."""
    today = local_day(g.now, g.workspace.time_zone)
    begun = (each for each in terms if each.first_day <= today)
    return next(begun, None) or next(iter(terms), None)


def _report(asked: Asked) -> TermReport | None:
    """The chosen term's, else that of the latest; None without any."""
    term = asked.term or _latest(asked.terms)
    if term is None:
        return None
    return report_term(db.session(), term, g.workspace.time_zone, asked.use)


@academy_reports.get("/term")
@requires(Permission.VIEW_ACADEMY_REPORTS)
def term() -> str:
    """A term's figures for a subsidy file."""
    asked = _asked("academy_reports.term", of_one=True)
    report = _report(asked)
    return render_template(
        "academy_reports/term.html",
        list=asked.list,
        report=report,
        facts=report_facts(report) if report else (),
        add_up=add_up,
        notes=USE_NOTES,
    )


@academy_reports.get("/term.<form>")
@requires(Permission.VIEW_ACADEMY_REPORTS)
def download_term(form: str) -> Response:
    """The term report as a paper or a workbook; 404 without a term."""
    report = _report(_asked("academy_reports.term", of_one=True))
    if report is None or form not in ("pdf", "xlsx"):
        raise NotFound
    if form == "xlsx":
        return send_book(term_tables(report, _made_at()), "term-report")
    place = get_organisation(db.session(), g.workspace.organisation_id)
    heads = [(_("Institution"), place.name)]
    paper = term_document(
        report, heads, _made_at(), current_language(), has_roc_years=place.has_roc_years
    )
    return send_document(paper, "term-report")
