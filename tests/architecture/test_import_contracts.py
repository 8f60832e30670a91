"""The import contracts of setup.cfg: each is broken by a package made to break it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = (
    "from importlinter.cli import lint_imports; import sys;"
    "sys.exit(lint_imports(config_filename='setup.cfg', no_cache=True))"
)
DOMAINS = "Domains know only what stands below them"
INSIDE = "Inside a domain: from the edge to the rules"
PURE = "Rules are pure: no web, no database, no forms"
FLASK = "Only the edge knows Flask"


def lint(folder: Path, files: dict[str, str]) -> str:
    """What import-linter says about a package `vlms` of these files under our contracts."""
    shutil.copy(ROOT / "setup.cfg", folder)
    for name in ("core/__init__.py", "exports/__init__.py", *files):
        path = folder / "vlms" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for package in path.relative_to(folder).parents[:-1]:
            (folder / package / "__init__.py").touch()
        path.write_text(files.get(name, ""), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-c", LINT], cwd=folder, env=environment, capture_output=True, text=True
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("files", "contract"),
    [
        (
            {"orders/service.py": "import vlms.codes.service", "codes/service.py": ""},
            DOMAINS,
        ),
        ({"web/gate.py": "import vlms.accounts.models", "accounts/models.py": ""}, DOMAINS),
        ({"orders/service.py": "import vlms.app", "app.py": ""}, DOMAINS),
        ({"orders/queries.py": "import vlms.orders.service", "orders/service.py": ""}, INSIDE),
        ({"orders/rules/clock.py": "import vlms.orders.models", "orders/models.py": ""}, INSIDE),
        ({"orders/rules/clock.py": "import sqlalchemy"}, PURE),
        ({"orders/rules/clock.py": "import vlms.core.db", "core/db.py": "import sqlalchemy"}, PURE),
        ({"orders/service.py": "from flask import g"}, FLASK),
        ({"core/work.py": "import flask_babel"}, FLASK),
        ({"codes/exports.py": "import vlms.web.page", "web/page.py": "import flask"}, FLASK),
    ],
)
def test_a_contract_is_broken_by_what_it_forbids(
    tmp_path: Path, files: dict[str, str], contract: str
) -> None:
    assert f"{contract} BROKEN" in lint(tmp_path, files)


def test_what_the_house_style_shows_keeps_all_contracts(tmp_path: Path) -> None:
    said = lint(
        tmp_path,
        {
            "orders/rules/clock.py": "import datetime",
            "orders/models.py": "import sqlalchemy, vlms.orders.rules.clock",
            "orders/service.py": "import vlms.orders.models, vlms.core",
            "orders/views.py": "import flask, vlms.orders.service, vlms.web.page",
            "web/page.py": "import flask, vlms.web.errors",
            "web/errors.py": "",
            "app.py": "import flask, vlms.orders.views",
        },
    )
    assert "4 kept, 0 broken" in said
