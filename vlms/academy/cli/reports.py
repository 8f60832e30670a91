"""`vlms academy use`, `lapsing`, `term-report`, `rollover`: reports, and the end of a term."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.academy.exports.reports import forecast_of, outlook_rows, reckoning, whose
from vlms.academy.models.roster import AcademicTerm
from vlms.academy.queries.pace import list_outlooks
from vlms.academy.queries.term_report import ReportLine, report_term
from vlms.academy.queries.use import Dimension, UseFilter, count_use
from vlms.academy.rules.use import Counts
from vlms.academy.service.rollover import Rollover, plan_rollover, roll_over
from vlms.accounts.models import Organisation
from vlms.accounts.queries import find_organisation
from vlms.core import scope
from vlms.core.clock import local_day, system_clock
from vlms.core.commands import OPERATOR, SCOPE, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.text import _
from vlms.core.work import working

_ORGANISATION = click.option(
    "--organisation", "slug", required=True, help="The institution's address name."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")


def _institution(slug: str) -> Organisation:
    with reading(SCOPE) as session:
        found = find_organisation(session, slug)
    if found is None:
        raise NotFound(None, _("There is no such organisation."))
    return found


def _term(session: Session, title: str) -> AcademicTerm:
    statement = select(AcademicTerm).where(AcademicTerm.title == title)
    term = session.scalars(statement.order_by(AcademicTerm.first_day.desc())).first()
    if term is None:
        raise NotFound(None, _("There is no such term."))
    return term


def _figures(counts: Counts) -> dict[str, Any]:
    return {
        "candidates": counts.candidates,
        "reserved": counts.reserved,
        "delivered": counts.delivered,
        "no_shows": counts.no_shows,
        "with_result": counts.results,
        "passed": counts.passed,
        "pass_rate": counts.pass_rate,
    }


@click.command("use")
@_ORGANISATION
@click.option(
    "--by", type=click.Choice([by.value for by in Dimension]), default=Dimension.SCHOOL.value
)
@click.option("--term", "title", default="", help="Only the days of the term of this title.")
@_JSON
@with_app
def use(slug: str, by: str, title: str, as_json: bool) -> None:
    """Count what became of exams by school, class, family or month."""
    with reading(scope.Organisation(_institution(slug).id)) as session:
        wanted = UseFilter()
        if title:
            term = _term(session, title)
            wanted = UseFilter(term.first_day, term.last_day)
        rows = [
            {"school": line.school, by: str(line.name), **_figures(line.counts)}
            for line in count_use(session, Dimension(by), wanted)
        ]
    print_rows(rows, as_json=as_json)


@click.command("lapsing")
@_ORGANISATION
@_JSON
@with_app
def lapsing(slug: str, as_json: bool) -> None:
    """List what will be left of each running pack and quota at the present pace."""
    with reading(scope.Organisation(_institution(slug).id)) as session:
        rows = outlook_rows(list_outlooks(session, system_clock(), sees_all=True))
        found = []
        for row in rows:
            forecast = forecast_of(row)
            found.append(
                {
                    "pack": row[0].pack.number,
                    "whose": str(whose(row)),
                    "size": forecast.counter.size,
                    "used": forecast.counter.used,
                    "reserved": forecast.counter.reserved,
                    "last_day": forecast.counter.last_day,
                    "left_over": forecast.left_over,
                    "reckoning": str(reckoning(forecast)),
                }
            )
    print_rows(found, as_json=as_json)


@click.command("term-report")
@_ORGANISATION
@click.option("--term", "title", required=True, help="The title of the term.")
@_JSON
@with_app
def term_report(slug: str, title: str, as_json: bool) -> None:
    """List a term's figures by school and class; schools have no class."""
    place = _institution(slug)
    with reading(scope.Organisation(place.id)) as session:
        report = report_term(session, _term(session, title), place.time_zone, UseFilter())
    print_rows([_line(line) for line in (*report.schools, *report.classes)], as_json=as_json)


def _line(line: ReportLine) -> dict[str, Any]:
    return {
        "school": str(line.school),
        "class": None if line.title is None else str(line.title),
        "enrolled": line.enrolled,
        **_figures(line.counts),
        "quota_left": line.remaining,
        "vouchers_left": line.vouchers,
    }


@click.command("rollover")
@_ORGANISATION
@click.option("--from", "old", required=True, help="The title of the term that is over.")
@click.option("--to", "new", required=True, help="The title of the next term.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@_JSON
@with_app
def rollover(slug: str, old: str, new: str, dry_run: bool, as_json: bool) -> None:
    """Move what is free of a term's quotas to the next term, and end the term's classes."""
    place = _institution(slug)
    now, where = system_clock(), scope.Organisation(place.id)
    with reading(where) as session:
        keys = _term(session, old).id, _term(session, new).id
        if dry_run:
            plan = plan_rollover(session, *keys, local_day(now, place.time_zone))
            print_rows(_rows(plan), as_json=as_json)
            return
    with working(OPERATOR, where, now) as work:
        done = list(_rows(roll_over(work, *keys, place.time_zone)))
    print_rows(done, as_json=as_json)


def _rows(plan: Rollover) -> Iterator[dict[str, Any]]:
    for each in plan.quotas:
        yield {"what": each.fate.value, "count": each.count, "sentence": str(each.sentence)}
    for found in plan.classes:
        yield {"what": "class_ends", "count": None, "sentence": found.title}
