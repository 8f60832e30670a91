"""`vlms giving handouts`: codes to many people, from a list to its result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from vlms.accounts.cli.values import LANGUAGES, json_option, organisation_named
from vlms.catalog.cli_values import product_named
from vlms.codes.giving_cli import batch_named, cost_centre_option
from vlms.core.commands import OPERATOR, command_work, print_rows, progress, with_app, written
from vlms.core.errors import NotFound
from vlms.core.language import Language
from vlms.core.text import _
from vlms.core.work import Work, key_ring
from vlms.exports.csv import write_csv
from vlms.exports.reading import read_rows
from vlms.exports.xlsx import write_xlsx
from vlms.giving.cli.handout_rows import check_row, print_result, summary
from vlms.giving.exports.handout_book import book_table
from vlms.giving.exports.handouts import result_table
from vlms.giving.models.handouts import Handout
from vlms.giving.queries.arrivals import result_of
from vlms.giving.queries.handouts import get_handout, list_handouts, list_rows
from vlms.giving.rules.handouts import Act
from vlms.giving.service.handout_book import compare_book, take_book
from vlms.giving.service.handout_confirming import begin_undo, confirm, retry
from vlms.giving.service.handout_giving import give_next, take_back_next
from vlms.giving.service.handout_making import (
    People,
    Wishes,
    make_handout,
    people_in_file,
    people_pasted,
)
from vlms.jobs.pieces import Progress

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_id = click.argument("handout_id", type=click.UUID, metavar="HANDOUT")
TakeNext = Callable[[Work, UUID], Progress]


def _list_options(command: Callable[..., None]) -> Callable[..., None]:
    """What is said of a list: whose people, which products, how."""
    for option in (
        click.argument("file", type=_FILE),
        click.option("--organisation", required=True, help="Whose people, by slug."),
        click.option("--product", "products", multiple=True, required=True, help="By key."),
        click.option("--batch", help="Exact stock: B-000012; else whatever ends soonest."),
        click.option("--add-people", is_flag=True, help="Enter who is not in the directory."),
        click.option(
            "--act", type=click.Choice([act.value for act in Act]), default=Act.ASSIGN.value
        ),
        click.option("--language", type=LANGUAGES, help="Of the letter; else each their own."),
        cost_centre_option,
        json_option,
    ):
        command = option(command)
    return command


@click.group()
def handouts() -> None:
    """Give codes to many people: check a list, give, look at the result, take back (C2)."""


@handouts.command("list")
@click.option("--organisation", help="Only of this organisation, by slug.")
@json_option
@with_app
def list_all(organisation: str | None, as_json: bool) -> None:
    """List handouts, the newest first."""
    with command_work() as work:
        owner = organisation_named(work.session, organisation) if organisation else None
        found = list_handouts(work.session, owner.id if owner else None)
        rows = [summary(work.session, one) for one in found]
    print_rows(rows, as_json=as_json)


@handouts.command()
@_list_options
@with_app
def check(file: Path, as_json: bool, **asked: Any) -> None:
    """Say what would become of each row of a FILE (.xlsx, .csv, or .txt); nothing is kept."""
    with command_work() as work:
        part = work.session.begin_nested()
        made = _make(work, file, asked)
        rows = [check_row(row) for row in list_rows(work.session, made.id)]
        part.rollback()
    print_rows(rows, as_json=as_json)


@handouts.command()
@_list_options
@with_app
def draft(file: Path, as_json: bool, **asked: Any) -> None:
    """Keep a FILE as a draft, to be filled in as a workbook and given later."""
    with command_work() as work:
        row = summary(work.session, _make(work, file, asked))
    print_rows([row], as_json=as_json)


@handouts.command()
@_list_options
@with_app
def give(file: Path, as_json: bool, **asked: Any) -> None:
    """Give the people of a FILE their codes; assigned codes stay with them for good (C2)."""
    with command_work() as work:
        made = _make(work, file, asked)
        confirm(work, made)
    _take_all(made, give_next)
    print_result(made.id, as_json)


@handouts.command("give-draft")
@_id
@json_option
@with_app
def give_draft(handout_id: UUID, as_json: bool) -> None:
    """Give a draft that was looked at."""
    with command_work() as work:
        found = get_handout(work.session, handout_id, OPERATOR)
        confirm(work, found)
    _take_all(found, give_next)
    print_result(handout_id, as_json)


@handouts.command("try-again")
@_id
@json_option
@with_app
def try_again(handout_id: UUID, as_json: bool) -> None:
    """Give those that failed another turn, where nothing stands against them any more."""
    with command_work() as work:
        found = get_handout(work.session, handout_id, OPERATOR)
        retry(work, found)
    _take_all(found, give_next)
    print_result(handout_id, as_json)


@handouts.command("go-on")
@_id
@json_option
@with_app
def go_on(handout_id: UUID, as_json: bool) -> None:
    """Do what is left of a handout that was interrupted."""
    with command_work() as work:
        found = get_handout(work.session, handout_id, OPERATOR)
        if found.confirmed_at is None:
            raise NotFound(None, _("This handout is a draft; nothing of it was begun."))
    _take_all(found, give_next if found.undone_at is None else take_back_next)
    print_result(handout_id, as_json)


@handouts.command()
@_id
@json_option
@with_app
def undo(handout_id: UUID, as_json: bool) -> None:
    """Take back what is only reserved or in its delay; what is assigned stays (C2)."""
    with command_work() as work:
        found = get_handout(work.session, handout_id, OPERATOR)
        begin_undo(work, found)
    _take_all(found, take_back_next)
    print_result(handout_id, as_json)


@handouts.command()
@_id
@click.option("--file", type=click.Path(dir_okay=False, path_type=Path), help=".xlsx or .csv")
@json_option
@with_app
def result(handout_id: UUID, file: Path | None, as_json: bool) -> None:
    """Say what became of each row, and why; with --file as a list."""
    if file is None:
        print_result(handout_id, as_json)
        return
    with command_work() as work, written(file) as out:
        own = get_handout(work.session, handout_id, OPERATOR)
        table = result_table(result_of(work.session, own), work.now)
        (write_csv if file.suffix == ".csv" else write_xlsx)(table, out)


@handouts.command()
@_id
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_app
def workbook(handout_id: UUID, file: Path) -> None:
    """Write a handout's rows with their ids to FILE.xlsx, to be filled in."""
    with command_work() as work, written(file) as out:
        get_handout(work.session, handout_id, OPERATOR)
        write_xlsx(book_table(list_rows(work.session, handout_id), key_ring(), work.now), out)


@handouts.command("take-workbook")
@_id
@click.argument("file", type=_FILE)
@click.option("--dry-run", "only_look", is_flag=True, help="Only say what would change.")
@json_option
@with_app
def take_workbook(handout_id: UUID, file: Path, only_look: bool, as_json: bool) -> None:
    """Take a workbook back that was filled in; all of it or nothing."""
    with command_work() as work, file.open("rb") as stream:
        found = get_handout(work.session, handout_id, OPERATOR)
        run = compare_book(work.session, work.keys, found, read_rows(stream, file.name))
        if not only_look:
            take_book(work, found, run)
    lines = [
        {
            "row": line.number,
            "change": line.change.value,
            "differences": [f"{one.name}: {one.before} -> {one.after}" for one in line.differences],
            "faults": [str(fault) for fault in line.faults],
        }
        for line in run.lines
    ]
    print_rows(lines, as_json=as_json)


def _make(work: Work, file: Path, asked: dict[str, Any]) -> Handout:
    owner = organisation_named(work.session, asked["organisation"])
    batch = batch_named(work, asked["batch"]) if asked["batch"] else None
    wishes = Wishes(
        act=Act(asked["act"]),
        batch_id=batch.id if batch else None,
        adds_people=asked["add_people"],
        language=Language(asked["language"]) if asked["language"] else None,
        cost_centre=asked["cost_centre"],
    )
    products = [product_named(work.session, key).id for key in asked["products"]]
    return make_handout(work, owner.id, _people(file), products, wishes)


def _people(file: Path) -> People:
    if file.suffix.lower() == ".txt":
        return people_pasted(file.read_text("utf-8-sig"))
    return people_in_file(file.name, file.read_bytes())


def _take_all(handout: Handout, take_next: TakeNext) -> None:
    with progress("Giving", handout.row_count) as advance:
        done = 0
        while done < handout.row_count:
            with command_work() as work:
                reached = take_next(work, handout.id)
            advance(reached.done - done)
            done = reached.done
