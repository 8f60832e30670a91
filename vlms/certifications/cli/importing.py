"""`vlms certifications import`: many passed exams and certifications at once."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from vlms.accounts.cli.values import json_option, organisation_named
from vlms.certifications.rules.renewal import ZONE
from vlms.certifications.rules.transcript_row import LABELS
from vlms.certifications.service.transcript_import import examine_transcripts
from vlms.certifications.service.transcript_writing import import_transcripts, is_usable
from vlms.core.clock import local_day, system_clock
from vlms.core.commands import SCOPE, command_work, examined_rows, print_rows, progress, with_app
from vlms.core.db import reading
from vlms.exports.reading import read_rows


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", "slug", required=True)
@click.option("--dry-run", is_flag=True, help="Only say what each row would do.")
@click.option("--good-rows", is_flag=True, help="Leave out rows that are wrong.")
@json_option
@with_app
def import_file(file: Path, slug: str, dry_run: bool, good_rows: bool, as_json: bool) -> None:
    """Import passed exams and certifications from FILE (.xlsx or .csv; also a training export)."""
    with file.open("rb") as stream:
        sheet = read_rows(stream, file.name)
    with reading(SCOPE) as session:
        organisation_id = organisation_named(session, slug).id
        today = local_day(system_clock(), ZONE)
        run = examine_transcripts(session, organisation_id, sheet, today)
        names = [name for name in LABELS if LABELS[name] in run.headings]
        rows = list(examined_rows(run, names))
        counts = {change.value: count for change, count in run.counts.items()}
    is_wanted = not dry_run and (run.is_sound or (good_rows and is_usable(run)))
    if is_wanted:
        with progress("Writing", 1) as advance, command_work() as work:
            import_transcripts(work, organisation_id, sheet, good_rows=good_rows)
            advance(1)
    if as_json:
        told = {"written": is_wanted, "counts": counts, "rows": rows}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        print_rows(rows, as_json=False)
        click.echo("The file is imported." if is_wanted else "Nothing is written.", err=True)
    sys.exit(0 if is_wanted or run.is_sound else 1)
