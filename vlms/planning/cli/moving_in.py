"""`vlms planning moving-in`, `vlms planning entitlements`: how things stood before."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask_babel import force_locale

from vlms.accounts.cli.values import LANGUAGES, json_option, organisation_named
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app, written
from vlms.core.db import reading
from vlms.core.reading import read_day, read_text, read_whole
from vlms.core.text import _
from vlms.core.work import key_ring
from vlms.exports.xlsx import write_book
from vlms.planning.opening_paper import states_in_words
from vlms.planning.opening_template import template_tables
from vlms.planning.queries.openings import (
    get_entitlement,
    get_opening,
    list_entitlements,
    list_openings,
)
from vlms.planning.rules.opening_sheets import LARGEST
from vlms.planning.service.entitlements import EntitlementChange, change_entitlement
from vlms.planning.service.opening_examining import examine_opening
from vlms.planning.service.opening_files import Workbook
from vlms.planning.service.opening_plan import OpeningPlan
from vlms.planning.service.opening_signing import Opening, paper_of, require_buyer, sign_opening

_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_target = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
_organisation = click.option("--organisation", "slug", required=True, help="Its short name.")


@click.group("moving-in")
def moving_in() -> None:
    """An organisation starts in mid-term: one workbook, looked at, then signed."""


@moving_in.command()
@_target
@click.option("--language", type=LANGUAGES, default="en")
@with_app
def template(file: Path, language: str) -> None:
    """Write the workbook to be filled in to FILE (.xlsx)."""
    with force_locale(language), written(file) as out:
        write_book(template_tables(system_clock()), out)


@moving_in.command()
@_file
@_organisation
@json_option
@with_app
def check(file: Path, slug: str, as_json: bool) -> None:
    """Say what every row of FILE would do, and what is wrong. Nothing is written."""
    plan = _examine(_opening(file, slug))
    _tell(plan, is_signed=False, as_json=as_json)
    sys.exit(0 if plan.is_sound else 1)


@moving_in.command()
@_file
@_organisation
@click.option("--mails", is_flag=True, help="Mail holders who have not claimed their code.")
@json_option
@with_app
def sign(file: Path, slug: str, mails: bool, as_json: bool) -> None:
    """Write all of FILE and its signed paper; nothing while a row is wrong."""
    opening = _opening(file, slug, mails=mails)
    plan = _examine(opening)
    if plan.is_sound:
        with command_work() as work:
            sign_opening(work, opening)
    _tell(plan, is_signed=plan.is_sound, as_json=as_json)
    sys.exit(0 if plan.is_sound else 1)


@moving_in.command("list")
@_organisation
@json_option
@with_app
def list_all(slug: str, as_json: bool) -> None:
    """List an organisation's signed opening balances, the latest first."""
    with reading(SCOPE) as session:
        found = list_openings(session, organisation_named(session, slug).id)
        rows = [
            {
                "id": str(one.id),
                "file": one.filename,
                "opened_on": str(one.opened_on),
                "signed_by": one.signed_name,
                "signed_at": one.signed_at.isoformat(),
                "sha256": one.content_digest,
            }
            for one in found
        ]
    print_rows(rows, as_json=as_json)


@moving_in.command()
@click.argument("opening_id", type=click.UUID)
@_target
@with_app
def paper(opening_id: UUID, file: Path) -> None:
    """Write the signed paper of an opening balance to FILE (.pdf)."""
    with reading(SCOPE) as session, written(file) as out:
        out.write(paper_of(key_ring(), get_opening(session, opening_id)))


def _opening(file: Path, slug: str, *, mails: bool = False) -> Opening:
    with reading(SCOPE) as session:
        organisation = organisation_named(session, slug)
        require_buyer(organisation)
        key = organisation.id
    return Workbook(file.name, file.read_bytes()).opening(key, mails=mails)


def _examine(opening: Opening) -> OpeningPlan:
    with reading(SCOPE) as session:
        return examine_opening(
            session, key_ring(), opening.organisation_id, opening.sheets, system_clock()
        )


def _tell(plan: OpeningPlan, *, is_signed: bool, as_json: bool) -> None:
    rows = list(_faults(plan))
    counts = {change.value: count for change, count in plan.counts.items()}
    if as_json:
        told = {"signed": is_signed, "counts": counts, "sums": list(_sums(plan)), "faults": rows}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    print_rows(rows if rows else _sums(plan), as_json=False)
    click.echo(", ".join(f"{word}: {count}" for word, count in counts.items()), err=True)
    click.echo("The opening balance is signed." if is_signed else "Nothing is written.", err=True)


def _faults(plan: OpeningPlan) -> Iterator[dict[str, Any]]:
    for problem in plan.problems:
        yield {"sheet": None, "row": None, "column": None, "wrong": str(problem), "right": ""}
    for one in plan.faults:
        yield {
            "sheet": str(one.title),
            "row": one.fault.row,
            "column": str(one.label) if one.label else None,
            "wrong": str(one.fault.sentence),
            "right": str(one.fault.way_out or ""),
        }


def _sums(plan: OpeningPlan) -> Iterator[dict[str, Any]]:
    for one in plan.sums():
        yield {
            "product": one.product,
            "ordered": one.quantity,
            "delivered": one.delivered,
            "amount": str(one.amount.amount),
            "currency": one.currency,
            "states": states_in_words(one),
        }


@click.group("entitlements")
def entitlements() -> None:
    """Existing rights that are read and managed, not ordered."""


@entitlements.command("list")
@_organisation
@json_option
@with_app
def list_entitled(slug: str, as_json: bool) -> None:
    """List an organisation's entitlements, those that end first, first."""
    with reading(SCOPE) as session:
        found = list_entitlements(session, organisation_named(session, slug).id)
        rows = [
            {
                "id": str(one.id),
                "product": one.product.key,
                "reference": one.reference,
                "quantity": one.quantity,
                "used": one.used_count,
                "ends_on": str(one.ends_on),
                "note": one.note,
            }
            for one in found
        ]
    print_rows(rows, as_json=as_json)


@entitlements.command()
@click.argument("entitlement_id", type=click.UUID)
@click.option("--quantity", type=Read(read_whole(0, LARGEST), _("Quantity")))
@click.option("--used", type=Read(read_whole(0, LARGEST), _("Used")))
@click.option("--ends-on", type=Read(read_day, _("Last day")))
@click.option("--note", type=Read(read_text(500), _("Note")))
@with_app
def change(
    entitlement_id: UUID,
    quantity: int | None,
    used: int | None,
    ends_on: date | None,
    note: str | None,
) -> None:
    """Change what is told of an entitlement; the rest stays."""
    with command_work() as work:
        found = get_entitlement(work.session, entitlement_id)
        wanted = EntitlementChange(
            found.version,
            found.quantity if quantity is None else quantity,
            found.used_count if used is None else used,
            ends_on or found.ends_on,
            note or found.note,
        )
        change_entitlement(work, entitlement_id, wanted)
    click.echo("The entitlement is changed.")
