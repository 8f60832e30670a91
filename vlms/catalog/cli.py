"""`vlms catalog`: products, exams, price lists and holidays."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from vlms.catalog.cli_values import product_named
from vlms.catalog.holidays_cli import holidays
from vlms.catalog.models import CodeSource
from vlms.catalog.queries import (
    list_certifications,
    list_exams,
    list_price_lists,
    list_products,
)
from vlms.catalog.rules.price_row import LABELS, PriceRow
from vlms.catalog.service.load import load_catalogue
from vlms.catalog.service.price_import import examine_prices, import_prices
from vlms.catalog.service.products import MOST_STOCK, edit_product, terms_of
from vlms.core.commands import SCOPE, Read, command_work, print_rows, progress, with_app
from vlms.core.db import reading
from vlms.core.dry_run import DryRun
from vlms.core.reading import optional, read_day, read_text, read_whole
from vlms.core.text import _
from vlms.exports.reading import read_rows
from vlms.exports.sheets import Sheet

# What the given texts mean; an empty one takes the value away.
_READERS = {
    "last_sale_on": (optional(read_day), _("Last sale day")),
    "publisher_name": (optional(read_text(120)), _("Publisher")),
    "publisher_number": (optional(read_text(60)), _("Publisher's number")),
}


@click.group("catalog")
def catalog() -> None:
    """Products, exams and price lists."""


@catalog.command("load")
@with_app
def load() -> None:
    """Bring products, exams and certifications to what ships with this release."""
    with command_work() as work:
        counts = load_catalogue(work)
    click.echo(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items()))


@catalog.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@with_app
def list_all(as_json: bool) -> None:
    """List the products."""
    with reading(SCOPE) as session:
        rows: list[dict[str, Any]] = [
            {
                "key": product.key,
                "kind": product.kind.value,
                "name": product.name_en,
                "name_zh": product.name_zh,
                "units": product.units,
                "orderable": product.is_orderable,
                "last_sale_on": product.last_sale_on,
                "publisher": product.publisher_name,
                "publisher_number": product.publisher_number,
                "exam_families": [family.key for family in product.families],
            }
            for product in list_products(session)
        ]
    print_rows(rows, as_json=as_json)


@catalog.command("edit")
@click.argument("key")
@click.option("--orderable/--not-orderable", "is_orderable", default=None)
@click.option("--last-sale-on", help='As 2026-06-30; "" when no end is known.')
@click.option("--code-source", type=click.Choice([source.value for source in CodeSource]))
@click.option(
    "--to-agreement-end/--to-charge-end",
    "lives_to_agreement_end",
    default=None,
    help="How long its codes live.",
)
@click.option(
    "--low-stock-count",
    type=Read(read_whole(0, MOST_STOCK), _("Warn when the stock falls below")),
    help="Warn when the stock falls below it.",
)
@click.option("--publisher-name", help='Whose product it is, in reconciliation files; "": nobody.')
@click.option("--publisher-number", help='The publisher\'s number there; "" for none.')
@with_app
def edit(key: str, **typed: Any) -> None:
    """Change how the product KEY is sold; what is not given stays."""
    given = {name: value for name, value in typed.items() if value is not None}
    for name, (read, label) in _READERS.items():
        if name in given:
            given[name] = read(given[name], label)
    if "code_source" in given:
        given["code_source"] = CodeSource(given["code_source"])
    with command_work() as work:
        product = product_named(work.session, key)
        edit_product(work, product.id, replace(terms_of(product), **given))
    click.echo(f"Product {key} is saved.")


@catalog.command("exams")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@with_app
def exams(as_json: bool) -> None:
    """List the exams and what they certify."""
    with reading(SCOPE) as session:
        earned: dict[str, list[str]] = {}
        for certification in list_certifications(session):
            for exam in certification.exams:
                earned.setdefault(exam.number, []).append(certification.key)
        rows: list[dict[str, Any]] = [
            {
                "number": exam.number,
                "name": exam.name_en,
                "name_zh": exam.name_zh,
                "family": exam.family_key,
                "retires_on": exam.last_day,
                "certifications": earned.get(exam.number, []),
            }
            for exam in list_exams(session)
        ]
    print_rows(rows, as_json=as_json)


@catalog.command("price-lists")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@with_app
def price_lists(as_json: bool) -> None:
    """List the price lists that were imported."""
    with reading(SCOPE) as session:
        rows: list[dict[str, Any]] = [
            {
                "id": str(found.id),
                "name": found.name,
                "sample": found.is_sample,
                "imported_at": found.imported_at.isoformat(),
                "prices": count,
            }
            for found, count in list_price_lists(session)
        ]
    print_rows(rows, as_json=as_json)


@catalog.command("import-prices")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what each row would do.")
@click.option(
    "--name", type=Read(read_text(200), _("Name")), help="The price list's name; else the file's."
)
@click.option("--sample", is_flag=True, help="The prices are a sample, not real ones.")
@click.option("--json", "as_json", is_flag=True, help="Print the rows as one JSON array.")
@with_app
def import_price_list(
    file: Path, dry_run: bool, name: str | None, sample: bool, as_json: bool
) -> None:
    """Import a price list from FILE (.xlsx or .csv): all of it or nothing."""
    with progress("Checking", 2) as advance, reading(SCOPE) as session:
        sheet = _read(file)
        advance(1)
        run = examine_prices(session, sheet)
        advance(1)
    print_rows(_rows(run), as_json=as_json)
    click.echo(_summary(run), err=True)
    if dry_run:
        sys.exit(0 if run.is_sound else 1)
    with progress("Writing", 1) as advance, command_work() as work:
        price_list = import_prices(work, sheet, name or file.stem[:200], is_sample=sample)
        advance(1)
    click.echo(f"Imported as {price_list.name}.", err=True)


def _read(file: Path) -> Sheet:
    with file.open("rb") as stream:
        return read_rows(stream, file.name)


def _rows(run: DryRun[PriceRow]) -> list[dict[str, Any]]:
    return [
        {
            "row": line.number,
            "change": line.change.value,
            **dict(zip(LABELS, line.shown, strict=True)),
            "differences": "; ".join(f"{d.name}: {d.before} → {d.after}" for d in line.differences),
            "problems": " ".join(map(str, line.faults)),
        }
        for line in run.lines
    ]


def _summary(run: DryRun[PriceRow]) -> str:
    counts = ", ".join(f"{count} {change.value}" for change, count in run.counts.items())
    problems = "".join(f"\n{fault}" for fault in run.problems)
    return f"{counts}{problems}"


catalog.add_command(holidays)
