"""A workbook as LibreOffice reckons it, where that is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

_LONGEST = 120


def recalculated(book: bytes, folder: Path) -> Workbook:
    """The workbook with the values that its formulas have once LibreOffice has opened it.

    What we write has formulas without values, so that all of them are LibreOffice's own.
    """
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    given, made = folder / "given.xlsx", folder / "made"
    given.write_bytes(book)
    profile = (folder / "profile").as_uri()
    words = ("--headless", "--norestore", "--convert-to", "xlsx", "--outdir", str(made))
    subprocess.run(
        [program, f"-env:UserInstallation={profile}", *words, str(given)],
        check=True,
        capture_output=True,
        timeout=_LONGEST,
    )
    return load_workbook(made / given.name, data_only=True)
