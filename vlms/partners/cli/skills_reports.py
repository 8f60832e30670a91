"""`vlms monthly-reports`: the programme's monthly reports, and what is to be worked off (K2)."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from vlms.accounts.cli.values import json_option, organisation_named
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, Read, command_work, examined_rows, print_rows, with_app
from vlms.core.db import reading
from vlms.core.text import _
from vlms.exports.reading import Limits, read_rows
from vlms.partners.queries.report_cases import list_todos
from vlms.partners.queries.skills_reports import compare, find_newest, find_report, list_reports
from vlms.partners.rules.report_cases import Case, CaseState
from vlms.partners.rules.report_rows import LABELS, ReportKind, read_report_month
from vlms.partners.service.report_deciding import decide
from vlms.partners.service.report_importing import import_report
from vlms.partners.service.skills_reports import examine_report

# A month is one file, however many people a partner has.
LIMITS = Limits(
    body_bytes=64 * 1024**2,
    rows=100_000,
    unpacked_bytes=256 * 1024**2,
    text_characters=64 * 1024**2,
)
_slug = click.argument("slug", metavar="ORGANISATION")
_MONTH = Read(read_report_month, _("Month"))
_month = click.option("--month", type=_MONTH, metavar="MONTH", help="As 2026-10.")


@click.group("monthly-reports")
def monthly_reports() -> None:
    """Skills and learning reports of the programme, and what is worked off after them (K2)."""


@monthly_reports.command("list")
@_slug
@json_option
@with_app
def list_all(slug: str, as_json: bool) -> None:
    """What was imported, the newest month first."""
    with reading(SCOPE) as session:
        owner = organisation_named(session, slug)
        rows = [
            {
                "month": f"{one.report.month:%Y-%m}",
                "report": one.report.kind.value,
                "rows": one.report.row_count,
                "unknown": one.unknown_count,
                "imported_at": one.report.imported_at.isoformat(),
            }
            for one in list_reports(session, owner.id)
        ]
    print_rows(rows, as_json=as_json)


@monthly_reports.command("import")
@_slug
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_month
@click.option("--dry-run", is_flag=True, help="Only say what each row would do.")
@json_option
@with_app
def import_file(slug: str, file: Path, month: date | None, dry_run: bool, as_json: bool) -> None:
    """Import a skills or learning report from FILE (.xlsx or .csv): all of it or nothing."""
    with file.open("rb") as stream:
        sheet = read_rows(stream, file.name, LIMITS)
    with reading(SCOPE) as session:
        owner_id = organisation_named(session, slug).id
        run = examine_report(session, owner_id, sheet, (month, system_clock()))
        names = [name for name in LABELS if LABELS[name] in run.headings]
        rows = list(examined_rows(run, names))
    print_rows(rows, as_json=as_json)
    click.echo(f"{len(run.waiting)} links would count; {len(run.gone)} rows would go.", err=True)
    if dry_run:
        sys.exit(0 if run.is_sound else 1)
    with command_work() as work:
        done = import_report(work, owner_id, sheet, month)
    click.echo(f"{done.changed} rows written, {done.seen} links count now.", err=True)


@monthly_reports.command()
@_slug
@_month
@click.option("--kind", type=click.Choice([each.value for each in ReportKind]), default="skills")
@json_option
@with_app
def differences(slug: str, month: date | None, kind: str, as_json: bool) -> None:
    """What changed from the report before to that of MONTH, or to the newest."""
    with reading(SCOPE) as session:
        owner_id = organisation_named(session, slug).id
        wanted = ReportKind(kind)
        report = (
            find_report(session, owner_id, wanted, month)
            if month
            else find_newest(session, owner_id, wanted)
        )
        lines = compare(session, report).lines if report else ()
        rows = [
            {
                "person": line.name,
                "mcid": line.mcid,
                "change": line.change.value,
                "training": line.fact.title,
                "before": _told(line.fact.before),
                "now": _told(line.fact.after),
            }
            for line in lines
        ]
    print_rows(rows, as_json=as_json)


@monthly_reports.command("to-do")
@_slug
@click.option("--case", type=click.Choice([each.value for each in Case]))
@click.option("--state", type=click.Choice([each.value for each in CaseState]), default="open")
@json_option
@with_app
def to_do(slug: str, case: str | None, state: str, as_json: bool) -> None:
    """What is to be worked off after the newest skills report."""
    with reading(SCOPE) as session:
        owner_id = organisation_named(session, slug).id
        found = list_todos(session, owner_id, system_clock(), (CaseState(state), None))
        rows = [
            {
                "case": one.case.value,
                "id": str(one.subject_id),
                "person": one.name,
                "mcid": one.mcid,
                "training": one.title,
                "state": one.state.value,
                "note": one.decision.note if one.decision else "",
            }
            for one in found.lines
            if case in (None, one.case.value)
        ]
    print_rows(rows, as_json=as_json)


@monthly_reports.command("decide")
@_slug
@click.argument("case", type=click.Choice([each.value for each in Case]))
@click.argument("subject_id", metavar="ID", type=click.UUID)
@click.option("--state", type=click.Choice([each.value for each in CaseState]), default="done")
@click.option("--note", default="", help="What was done, or why it is left as it is.")
@with_app
def decide_one(slug: str, case: str, subject_id: UUID, state: str, note: str) -> None:
    """Mark the line CASE ID as done, ignored or open; it holds for the report's month."""
    with command_work() as work:
        owner_id = organisation_named(work.session, slug).id
        decide(work, owner_id, (Case(case), subject_id), CaseState(state), note[:400])
    click.echo("Noted.")


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
