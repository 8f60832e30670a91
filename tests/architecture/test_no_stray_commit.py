"""What has one home is done nowhere else: commits, SQL as text, the clock, lazy imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.support.sources import ROOT, dotted, product_sources
from tools.budgets import excesses

DB = "vlms/core/db.py"
CLOCKS = {"vlms/core/clock.py", "vlms/core/tokens.py"}
LOADING = "vlms/core/loading.py"
# What SQLAlchemy has no words for: policies, roles, and the settings that tell them a scope.
IN_SQL = {
    DB,
    "vlms/core/database_roles.py",
    "vlms/core/row_security.py",
    "vlms/core/told_scope.py",
}
BELOW_SCOPE = ("vlms/core/", "vlms/db_cli.py")
# Modules of conditions that other conditions of scopes must not reach into; each was read. They
# run no statements.
BARE_TABLES = {
    "vlms/billing/models/invoices.py": "what somebody of some agreements sees of invoices",
    "vlms/billing/models/posted.py": "which lines are of drafts, whoever asks",
    "vlms/billing/models/receipts.py": "what somebody of some agreements sees of payments",
}
_NOW = {
    *(f"{kind}.{word}" for kind in ("datetime", "date") for word in ("now", "utcnow", "today")),
    "time.time",
    "time.time_ns",
}
_SQL_TEXT = {"text", "literal_column"}
# The conditions of partial indexes, which SQLAlchemy takes as SQL.
_TEXTS_OF_TABLES = {
    "Index": {"sqlite_where", "postgresql_where"},
    "mapped_column": {"server_default"},
}


def strays(path: str, tree: ast.Module) -> Iterator[str]:
    """What a module does that belongs elsewhere, one sentence each."""
    from_sqlalchemy = _imported(tree, "sqlalchemy")
    allowed = _texts_of_tables(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "__table__":
            if not path.startswith("vlms/core/") and path not in BARE_TABLES:
                yield f"{path}:{node.lineno}: a bare table cannot be scoped"
        elif isinstance(node, ast.Call) and node not in allowed:
            for sentence in _stray_call(path, dotted(node.func), from_sqlalchemy):
                yield f"{path}:{node.lineno}: {sentence}"


def _stray_call(path: str, called: str, from_sqlalchemy: set[str]) -> Iterator[str]:
    last = called.rpartition(".")[2]
    if last == "commit" and path != DB:
        yield "only transaction() commits"
    if last == "exec_driver_sql" and path not in IN_SQL:
        yield "SQL as text"
    below = last == "connection" or called.endswith("engine.connect")
    if below and not path.startswith(BELOW_SCOPE):
        yield "a connection lies below the scope"
    texts = {f"sqlalchemy.{word}" for word in _SQL_TEXT} | (_SQL_TEXT & from_sqlalchemy)
    if called in texts and path not in IN_SQL:
        yield "SQL as text"
    if {called, called.removeprefix("datetime.")} & _NOW and path not in CLOCKS:
        yield "only the clock asks for the time"
    if last == "import_module" and path != LOADING:
        yield "modules are loaded by name in one place"


def _imported(tree: ast.Module, package: str) -> set[str]:
    """The names that a module has taken from a package."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == package
        for alias in node.names
    }


def _texts_of_tables(tree: ast.Module) -> set[ast.expr]:
    """Conditions of indexes and defaults of columns: a table is told in them, none is asked."""
    return {
        keyword.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in _TEXTS_OF_TABLES.get(dotted(node.func), ())
    }


def test_nothing_is_done_outside_its_home() -> None:
    found = [one for path, tree in product_sources().items() for one in strays(path, tree)]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "work.session.commit()",
        "db.session.commit()",
        "from sqlalchemy import text\nsession.execute(text('DELETE FROM code'))",
        "import sqlalchemy\nsession.execute(sqlalchemy.text('SELECT 1'))",
        "from sqlalchemy import literal_column\nselect(literal_column('1'))",
        "connection.exec_driver_sql('SELECT 1')",
        "Code.__table__.select()",
        "work.session.connection().execute(statement)",
        "db.engine.connect()",
        "from datetime import datetime, UTC\ndatetime.now(UTC)",
        "import datetime\ndatetime.datetime.now()",
        "from datetime import date\ndate.today()",
        "import time\ntime.time()",
        "from importlib import import_module\nimport_module('vlms.app')",
    ],
)
def test_a_stray_is_found(source: str) -> None:
    assert list(strays("vlms/orders/service.py", ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        "from sqlalchemy import Index, text\nIndex('ix', sqlite_where=text('is_open'))",
        "from vlms.core.text import text\ntext('Orders')",
        "transaction(scope)",
        "work.today('Asia/Taipei')",
        "import time\ntime.monotonic()",
    ],
)
def test_what_is_at_home_passes(source: str) -> None:
    assert not list(strays("vlms/orders/models.py", ast.parse(source)))


def test_no_function_imports_the_product() -> None:
    found = [
        sentence
        for path in product_sources()
        for sentence in excesses(path, (ROOT / path).read_text(encoding="utf-8"))
        if "imports our own package" in sentence
    ]
    assert found == []


def test_an_import_inside_a_function_is_found() -> None:
    assert excesses("x.py", "def f():\n    from vlms.core import db\n")
