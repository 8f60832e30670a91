"""`vlms disclosures`: codes shown and taken out by a named admin on the command line (C8)."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.making_disclosures import ANN, BEN, count_told, make_kept
from vlms.codes.models import Code
from vlms.core.clock import system_clock
from vlms.core.db import reading
from vlms.core.errors import DomainError
from vlms.core.scope import System
from vlms.disclosures.cli import disclosures
from vlms.disclosures.errors import DisclosureRefused


def run(app: Flask, *words: str, by: str = ANN) -> str:
    place = ("--organisation", "contoso", "--as", by)
    done = CliRunner().invoke(disclosures, [*words, *place], obj=lambda: app)
    if isinstance(done.exception, DomainError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_an_admin_sees_a_code_and_takes_many_out(app: Flask, tmp_path: Path) -> None:
    kept = make_kept(system_clock())
    with reading(System("test")) as session:
        code = session.get_one(Code, kept.free[0])
        number = f"{code.batch.number}/{code.number}"
    assert run(app, "reveal", number, "--reason", "lab").strip() == kept.texts[0]
    assert "X-000001: File is ready" in run(app, "export", "--reason", "lab", "--form", "csv")
    assert '"codes": 3' in run(app, "list", "--json", by=BEN)
    file = tmp_path / "codes.csv"
    run(app, "take", "x-000001", str(file))
    assert kept.texts[1] in file.read_text("utf-8-sig")
    assert "3 made void" in run(app, "void", "X-000001", "--reason", "lost", by=BEN)
    with pytest.raises(DisclosureRefused):
        run(app, "take", "X-000001", str(file))
    assert count_told(system_clock(), "code_export.taken") == 1
