"""`vlms reconciliation import`: however long the file is, each row's fate is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.files_of_others import LEDGER, NEW_COMMERCE, as_csv, ledger_row, new_commerce_row
from tests.support.making import make_organisation, making
from vlms.accounts.models import OrganisationKind
from vlms.core.db import reading
from vlms.core.errors import BadInput
from vlms.core.scope import System
from vlms.core.scoping import seeing_unfinished
from vlms.exports.sheets import RawRow
from vlms.reconciliation.cli import reconciliation
from vlms.reconciliation.models.files import FileLine, ReconciliationFile
from vlms.reconciliation.rules.file_examination import Answers
from vlms.reconciliation.service import taking
from vlms.reconciliation.service.periods import period_for
from vlms.reconciliation.service.taking import Delivered
from vlms.reconciliation.service.taking_in_pieces import take_in_pieces


def run(app: Flask, *words: str) -> Result:
    return CliRunner().invoke(reconciliation, words, obj=lambda: app)


def imported(app: Flask, path: Path, *options: str) -> dict[str, Any]:
    where = ("--reseller", "northwind", "--period", "2026-03", "--json")
    found = run(app, "import", str(path), *where, *options)
    if found.exception:
        raise found.exception
    told: dict[str, Any] = json.loads(found.stdout)
    return {**told.pop("file"), "matched": told}


@pytest.fixture
def path(app: Flask, clock: StillClock, tmp_path: Path) -> Path:
    with making(clock()) as work:
        make_organisation(work, "northwind", kind=OrganisationKind.RESELLER)
    return tmp_path / "march.csv"


def test_a_file_of_several_pieces_is_taken_in_with_the_fate_of_each_row(
    app: Flask, path: Path
) -> None:
    rows = [new_commerce_row(n) for n in range(1, 4_501)]
    path.write_bytes(as_csv([NEW_COMMERCE, *rows, rows[7], ["Total"]]))
    told = imported(app, path)
    assert told["layout"] == "new_commerce"
    assert told["rows"]["counted"] == 4_500
    assert told["left_out"] == [
        {"row": 4502, "fate": "repeated", "why": "Row 9 says the very same."},
        {"row": 4503, "fate": "total", "why": None},
    ]
    assert told["sums"][0]["net"] == str(4_500 * 337_500)


def test_the_same_file_again_changes_nothing_and_says_so(app: Flask, path: Path) -> None:
    path.write_bytes(as_csv([NEW_COMMERCE, new_commerce_row(1)]))
    first, second = imported(app, path), imported(app, path)
    assert (first.pop("is_known"), second.pop("is_known")) == (False, True)
    for told in (first, second):
        del told["matched"]["matched_at"]
    assert first == second


def test_an_open_question_names_its_option_and_the_answer_is_remembered(
    app: Flask, path: Path
) -> None:
    path.write_bytes(as_csv([LEDGER, ledger_row(1, day="03/04/2026")]))
    with pytest.raises(BadInput, match="Which column") as refusal:
        imported(app, path)
    assert "--guess" in str(refusal.value)
    with pytest.raises(BadInput, match="the day or the month") as refusal:
        imported(app, path, "--guess")
    assert "--day-order" in str(refusal.value)
    imported(app, path, "--guess", "--day-order", "dmy")
    path.write_bytes(as_csv([LEDGER, ledger_row(2, day="03/04/2026")]))
    assert imported(app, path)["reading"]["day_order"] == "dmy"


def test_files_and_mappings_are_listed_taken_back_and_forgotten(app: Flask, path: Path) -> None:
    path.write_bytes(as_csv([LEDGER, ledger_row(1)]))
    file_id = imported(app, path, "--guess")["id"]
    where = ("--reseller", "northwind")
    (row,) = json.loads(run(app, "files", "rows", file_id, "--fate", "counted", "--json").stdout)
    assert row["row"] == 2
    assert run(app, "files", "withdraw", file_id).exit_code == 0
    (listed,) = json.loads(
        run(app, "files", "list", *where, "--period", "2026-03", "--json").stdout
    )
    assert listed["withdrawn_at"]
    (known,) = json.loads(run(app, "mappings", "list", *where, "--json").stdout)
    assert known["columns"]["order_number"] == "Order"
    assert run(app, "mappings", "forget", known["id"]).exit_code == 0
    path.write_bytes(as_csv([LEDGER, ledger_row(2)]))
    with pytest.raises(BadInput, match="Which column"):
        imported(app, path)


class _Breaking:
    """A file whose rows end in an error, as when a disk fails."""

    encoding, delimiter = "utf-8", ","

    def __init__(self, count: int) -> None:
        self._count, self._runs = count, 0

    def rows(self) -> Any:
        self._runs += 1
        yield RawRow(1, NEW_COMMERCE)
        for number in range(2, self._count):
            yield RawRow(number, new_commerce_row(number))
        if self._runs > 2:  # when it was examined it was whole
            raise OSError("the disk has failed")


def test_a_file_that_breaks_half_way_leaves_nothing(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        reseller = make_organisation(work, "northwind", kind=OrganisationKind.RESELLER)
        period_id = period_for(work, reseller.id, "2026-03").id
    broken = Delivered("broken.csv", "d" * 64, _Breaking(taking.PIECE + 100))
    seen: list[int] = []
    with pytest.raises(OSError, match="the disk"):
        take_in_pieces(lambda: making(clock()), period_id, broken, Answers(), seen.append)
    assert seen == [taking.PIECE]
    with reading(System("a test")) as session, seeing_unfinished(session):
        assert session.scalars(select(FileLine.id)).all() == []
        assert session.scalars(select(ReconciliationFile.id)).all() == []
