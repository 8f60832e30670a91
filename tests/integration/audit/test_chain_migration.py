"""The migration chains what was written before there were chains, and guards it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.owning import owner_engine
from tests.support.tampering import check
from vlms.audit import triggers
from vlms.audit.service import journal
from vlms.core.database_roles import role_of, secure
from vlms.core.tokens import new_id
from vlms.resources import resource_path

(FILE,) = (Path(resource_path("migrations")) / "versions").glob("*_audit_chain.py")


@pytest.fixture
def migration() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit_chain", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_entries_that_are_there_get_their_places(
    app: Flask, clock: StillClock, migration: ModuleType
) -> None:
    with making(clock()) as work:
        first, second = (make_organisation(work, slug).id for slug in ("contoso", "fabrikam"))
        for number in range(40):
            organisation_id = (first, second, None)[number % 3]
            reason = None if number % 2 else "原因 – “why”"
            journal(work, "test.told", ("test", new_id(), organisation_id), reason=reason)
    setattr(migration, "PIECE", 7)  # noqa: B010 - a module made at runtime
    with (
        owner_engine().begin() as connection,
        Operations.context(MigrationContext.configure(connection)),
    ):
        migration.downgrade()
        migration.upgrade()
        url = app.config["SETTINGS"].database_url
        secure(connection, role_of(url) if url.startswith("postgresql") else None)
    report = check()
    assert (report.entries, report.chains, report.faults) == (42, 3, [])
    with making(clock()) as work:
        journal(work, "test.told", ("test", new_id(), first))
    assert check().entries == 43


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_it_makes_the_same_triggers_as_a_database_made_anew(
    migration: ModuleType, dialect: str
) -> None:
    anew = {each for some in triggers.statements(dialect).values() for each in some}
    assert set(migration.triggers(dialect)) == anew
