"""`vlms reconciliation import`: a file of others, however long, is taken in."""

from __future__ import annotations

import hashlib
import json
from io import BufferedReader
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from vlms.billing.cli.values import reseller_named, reseller_option
from vlms.core.commands import SCOPE, command_work, progress, with_app
from vlms.core.db import reading
from vlms.core.errors import BadInput
from vlms.core.text import _
from vlms.exports.days import DayOrder
from vlms.exports.raw_rows import open_raw
from vlms.exports.sheets import Limits
from vlms.exports.text_files import ENCODINGS
from vlms.reconciliation.cli.months import match_with_progress, print_told
from vlms.reconciliation.cli.told import told_period
from vlms.reconciliation.cli.values import period_option, told_file
from vlms.reconciliation.queries.files import get_file
from vlms.reconciliation.queries.periods import get_period
from vlms.reconciliation.rules.file_examination import Answers, Question, examine
from vlms.reconciliation.rules.file_layouts import FIELDS, Columns
from vlms.reconciliation.rules.file_numbers import DECIMAL_SIGNS
from vlms.reconciliation.rules.file_rows import read_file_currency
from vlms.reconciliation.rules.file_words import FileSource
from vlms.reconciliation.service.periods import period_for
from vlms.reconciliation.service.taking import Delivered
from vlms.reconciliation.service.taking_in_pieces import take_in_pieces

# What Excel itself holds at most; a text file may be as long.
LIMITS = Limits(
    body_bytes=4 * 1024**3,
    rows=5_000_000,
    columns=200,
    unpacked_bytes=4 * 1024**3,
    text_characters=4 * 1024**3,
)
_OPTIONS = {
    Question.COLUMNS: _("Use --guess to take them as their titles seem to say, or --column."),
    Question.DAY_ORDER: _("Use --day-order dmy or --day-order mdy."),
    Question.DECIMAL: _("Use --decimal . or --decimal ,"),
}


def _column(_context: object, _parameter: object, values: tuple[str, ...]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    for key, _sign, title in pairs:
        if key not in {field.key for field in FIELDS} or not title:
            raise click.BadParameter(
                f"FIELD=TITLE, where FIELD is one of {', '.join(field.key for field in FIELDS)}"
            )
    return {key: title for key, _sign, title in pairs}


@click.command("import")
@click.argument(
    "path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@reseller_option
@period_option
@click.option("--source", type=click.Choice([s.value for s in FileSource]), help="Whose account.")
@click.option(
    "--column",
    "titles",
    multiple=True,
    callback=_column,
    metavar="FIELD=TITLE",
    help="Which column holds what; the others as their titles seem to say.",
)
@click.option("--guess", is_flag=True, help="Take the columns as their titles seem to say.")
@click.option("--currency", help="The one currency of all rows.")
@click.option("--day-order", type=click.Choice([o.value for o in DayOrder]), help="Day or month.")
@click.option("--decimal", type=click.Choice(DECIMAL_SIGNS), help="The sign before decimals.")
@click.option("--encoding", type=click.Choice(ENCODINGS), help="Where it is taken for another.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@with_app
def import_file(path: Path, reseller: str, month: str, as_json: bool, **asked: Any) -> None:
    """Take in a reseller's ledger or a publisher's reconciliation file, and match it.

    What was answered once about a heading is remembered.
    """
    with path.open("rb") as stream:
        delivered = _delivered(stream, path.name, asked["encoding"])
        file_id, is_known = _take(delivered, _answers(delivered, asked), (reseller, month))
    with reading(SCOPE) as session:
        period = get_period(session, get_file(session, file_id).period_id)
    match_with_progress(period)
    with reading(SCOPE) as session:
        file = get_file(session, file_id)
        matched = told_period(session, get_period(session, file.period_id))
        told = {"is_known": is_known, **told_file(session, file)}
    if as_json:
        click.echo(json.dumps({**matched, "file": told}, ensure_ascii=False, indent=2))
    else:
        _print(told)
        print_told(matched, as_json=False)


def _delivered(stream: BufferedReader, filename: str, encoding: str | None) -> Delivered:
    digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Delivered(filename, digest, open_raw(stream, filename, LIMITS, encoding))


def _take(delivered: Delivered, said: Answers, where: tuple[str, str]) -> tuple[UUID, bool]:
    reseller, month = where
    with command_work() as work:
        period = period_for(work, reseller_named(work.session, reseller).id, month)
    with progress("rows", sum(1 for _row in delivered.table.rows())) as advance:
        try:
            return take_in_pieces(command_work, period.id, delivered, said, advance)
        except BadInput as refusal:
            if refusal.reason == "asked":
                refusal.way_out = _OPTIONS[Question(refusal.field or "")]
            raise


def _answers(delivered: Delivered, asked: dict[str, Any]) -> Answers:
    """What the options say; columns only where one of them speaks of columns."""
    order = DayOrder(asked["day_order"]) if asked["day_order"] else None
    said = Answers(None, order, asked["decimal"])
    if not any(asked[name] for name in ("source", "titles", "guess", "currency")):
        return said
    found = examine(delivered.table, {}, said).columns
    fixed = {"currency": read_file_currency(asked["currency"])} if asked["currency"] else {}
    titles = {**found.titles, **asked["titles"]}
    source = FileSource(asked["source"] or found.source)
    kept = {key: title for key, title in titles.items() if key not in fixed}
    return Answers(Columns(source, kept, fixed), order, asked["decimal"])


def _print(told: dict[str, Any]) -> None:
    if told["is_known"]:
        click.echo("This very file was taken in already; nothing is counted twice.")
    for fate, count in told["rows"].items():
        if count:
            click.echo(f"{fate}: {count}")
    if told["replaced_in_other_files"]:
        click.echo(f"replaced in other files: {told['replaced_in_other_files']}")
    for sums in told["sums"]:
        click.echo(
            f"{sums['currency']}: {sums['rows']} rows, net {sums['net']}, gross {sums['gross']}"
        )
    for line in told["left_out"]:
        click.echo(f"row {line['row']}: {line['fate']}. {line['why'] or ''}".rstrip())
