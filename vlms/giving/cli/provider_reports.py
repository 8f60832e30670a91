"""`vlms giving provider-reports`: exam providers' weekly files (C3)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from sqlalchemy.orm import Session

from vlms.accounts.cli.values import json_option, organisation_named
from vlms.core.commands import (
    SCOPE,
    Read,
    command_work,
    print_rows,
    progress,
    with_app,
)
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.reading import read_text, read_zone, shown
from vlms.core.text import _
from vlms.exports.days import DayOrder
from vlms.exports.mapping import FromColumn
from vlms.exports.reading import read_rows
from vlms.giving.models.provider_reports import ProviderReport, ProviderRow
from vlms.giving.queries.provider_reports import (
    OPEN,
    find_operator,
    get_report,
    get_row,
    list_reports,
    list_rows,
)
from vlms.giving.report_words import FATE_WORDS, WHY_WORDS
from vlms.giving.rules.report_rows import LABELS
from vlms.giving.rules.report_words import Fate
from vlms.giving.service.report_files import (
    Columns,
    Report,
    columns_of,
    read_report,
    remember_columns,
    require_columns,
    settled,
)
from vlms.giving.service.report_plan import JudgedRow, plan_report
from vlms.giving.service.report_queue import ask_provider, ignore, take_to, try_again
from vlms.giving.service.report_taking import take_in_pieces

_where = click.option(
    "--in", "slug", help="The organisation's short name; else the operator's own workspace."
)
_row_id = click.argument("row_id", metavar="ID", type=click.UUID)
_TEXT = Read(read_text(500), _("Reason or question"))
_ORDERS = click.Choice([order.value for order in DayOrder])


@click.group("provider-reports")
def provider_reports() -> None:
    """Weekly status and score reports of exam providers."""


@provider_reports.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--provider", required=True, type=Read(read_text(80), _("Provider")))
@_where
@click.option("--column", "typed", multiple=True, help="FIELD=HEADING; remembered, else guessed.")
@click.option("--day-order", type=_ORDERS, help="Where the file leaves it open.")
@click.option("--zone", help="Zone of times that tell none, as Asia/Taipei.")
@click.option("--dry-run", "only_look", is_flag=True, help="Look at it, write nothing.")
@json_option
@with_app
def import_report(
    file: Path, provider: str, slug: str | None, only_look: bool, as_json: bool, **said: Any
) -> None:
    """Take the report FILE (.xlsx or .csv) in; wrong rows are left out and named."""
    with progress("Reading", 1) as advance, file.open("rb") as stream:
        found = read_report(read_rows(stream, file.name), provider, file.name)
        advance(1)
    with command_work() as work:
        owner_id, zone = _owner(work.session, slug)
        columns = _columns(columns_of(work.session, owner_id, found, zone), found, said)
        require_columns(found, columns)
        at = (work.now, work.terms)
        plan = plan_report(work.session, work.keys, owner_id, found, columns, at)
        counts = {fate.value: count for fate, count in plan.counts.items()}
        rows = [_line(line) for line in plan.lines if line.change in (Fate.QUEUED, Fate.WRONG)]
        if not only_look:
            remember_columns(work, owner_id, found, columns)
    told: dict[str, Any] = {"file": file.name, "provider": provider, "written": not only_look}
    if not only_look:
        with progress("Recording", len(found.rows)) as advance:
            report_id = take_in_pieces(command_work, owner_id, found, columns, advance)
        with reading(SCOPE) as session:
            report = get_report(session, report_id)
            counts = _counts(report)
            told["report"] = str(report_id)
    _tell({**told, "counts": counts, "rows": rows}, as_json=as_json)


@provider_reports.command("list")
@_where
@json_option
@with_app
def list_all(slug: str | None, as_json: bool) -> None:
    """The reports that were taken in, the latest first."""
    with reading(SCOPE) as session:
        owner_id, _zone = _owner(session, slug)
        rows = [_report_row(one) for one in list_reports(session, owner_id)]
    print_rows(rows, as_json=as_json)


@provider_reports.command()
@_where
@json_option
@with_app
def queue(slug: str | None, as_json: bool) -> None:
    """What was reported and matches nothing."""
    with reading(SCOPE) as session:
        owner_id, _zone = _owner(session, slug)
        rows = [_queue_row(one) for one in list_rows(session, owner_id, OPEN)]
    print_rows(rows, as_json=as_json)


@provider_reports.command()
@_row_id
@click.argument("number", metavar="B-000012/7")
@with_app
def take(row_id: UUID, number: str) -> None:
    """Record the row ID on a code, whoever holds it."""
    with command_work() as work:
        take_to(work, get_row(work.session, row_id), number)
    click.echo("Recorded.")


@provider_reports.command("try-again")
@_row_id
@with_app
def try_row_again(row_id: UUID) -> None:
    """Look for the row's code once more."""
    with command_work() as work:
        try_again(work, get_row(work.session, row_id))
    click.echo("Recorded.")


@provider_reports.command("ignore")
@_row_id
@click.argument("reason", type=_TEXT)
@with_app
def ignore_row(row_id: UUID, reason: str) -> None:
    """Leave the row ID out for good."""
    with command_work() as work:
        ignore(work, get_row(work.session, row_id), reason)
    click.echo("Left out.")


@provider_reports.command("ask")
@_row_id
@click.argument("question", type=_TEXT)
@with_app
def ask_row(row_id: UUID, question: str) -> None:
    """Note what the provider is asked about the row ID."""
    with command_work() as work:
        ask_provider(work, get_row(work.session, row_id), question)
    click.echo("Noted.")


def _owner(session: Session, slug: str | None) -> tuple[UUID, str]:
    owner = organisation_named(session, slug) if slug else find_operator(session)
    if owner is None:
        raise NotFound(None, _("There is no operator here yet; name an organisation."))
    return owner.id, owner.time_zone


def _columns(known: Columns, found: Report, said: dict[str, Any]) -> Columns:
    sources = {**known.sources, **dict(_source(typed, found) for typed in said["typed"])}
    order = DayOrder(said["day_order"]) if said["day_order"] else known.said
    zone = read_zone(said["zone"], _("Time zone")) if said["zone"] else known.zone
    return settled(found, Columns(sources, order, zone))


def _source(typed: str, found: Report) -> tuple[str, FromColumn]:
    key, _sign, heading = typed.partition("=")
    if key not in LABELS or heading not in found.headers:
        raise NotFound(
            None,
            _('There is no "%(typed)s" here.', typed=shown(typed)),
            way_out=_(
                "Write a field and a heading of the file: %(fields)s.", fields=", ".join(LABELS)
            ),
        )
    return key, FromColumn(found.headers.index(heading))


def _line(line: JudgedRow) -> dict[str, Any]:
    why = line.verdict.why if line.verdict else None
    return {
        "row": line.number,
        "fate": line.change.value,
        "last4": line.told.last4 if line.told else None,
        "why": str(WHY_WORDS[why]) if why else "; ".join(str(fault) for fault in line.faults),
    }


def _counts(report: ProviderReport) -> dict[str, int]:
    return {
        Fate.CHANGED.value: report.changed_count,
        Fate.SAME.value: report.same_count,
        Fate.QUEUED.value: report.queued_count,
        Fate.WRONG.value: report.wrong_count,
    }


def _report_row(report: ProviderReport) -> dict[str, Any]:
    return {
        "id": str(report.id),
        "provider": report.provider,
        "file": report.filename,
        "taken_at": report.taken_at.isoformat(),
        **_counts(report),
    }


def _queue_row(row: ProviderRow) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "provider": row.report.provider,
        "row": row.row_number,
        "last4": row.last4,
        "candidate": row.candidate_name or row.candidate_email or row.candidate_number,
        "exam": row.exam,
        "happening": row.happening.value,
        "happened_at": row.happened_at.isoformat(),
        "state": row.state.value,
        "why": str(WHY_WORDS[row.why]) if row.why else None,
    }


def _tell(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for row in told["rows"]:
        click.echo(f"row {row['row']}: {row['why']}", err=True)
    counts = [f"{FATE_WORDS[Fate(key)]}: {count}" for key, count in told["counts"].items()]
    click.echo(" · ".join(counts))
