"""`make run` serves the demo as a demo, and nothing else: there nobody needs a second factor."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.sources import ROOT


@pytest.mark.parametrize(
    ("has_demo", "given", "expected"),
    [(True, {}, "1"), (True, {"VLMS_DEMO": "0"}, "0"), (False, {}, "unset")],
)
def test_only_the_demo_is_served_as_one(
    tmp_path: Path, has_demo: bool, given: dict[str, str], expected: str
) -> None:
    program = tmp_path / "vlms"
    program.write_text('#!/bin/sh\necho "$1 ${VLMS_DEMO-unset}"\n', "utf-8")
    program.chmod(0o755)
    if has_demo:
        (tmp_path / "demo-sign-ins.txt").write_text("", "utf-8")
    environment = {key: word for key, word in os.environ.items() if key != "VLMS_DEMO"}
    told = subprocess.run(
        ["make", "run", f"BIN={tmp_path}", "--old-file=.venv/run.stamp"],
        cwd=ROOT,
        env={**environment, "VLMS_INSTANCE": str(tmp_path), **given},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert f"serve {expected}" in told.splitlines()
