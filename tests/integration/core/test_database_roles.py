"""The application works as a role that owns nothing and bypasses nothing, or does not start."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text

from tests.support import postgres
from tests.support.owning import owner_engine
from tests.support.sources import ROOT
from vlms.core.database_roles import RoleRefused, making_roles, secure, watch_role
from vlms.core.db import db, engine_options
from vlms.core.health import is_ready
from vlms.core.row_security import renew
from vlms.settings import Settings, read_settings

pytestmark = pytest.mark.parametrize("app", ["postgresql"], indirect=True)


@pytest.fixture
def settings(app: Flask) -> Settings:
    found: Settings = app.config["SETTINGS"]
    return found


@pytest.fixture
def another(app: Flask, worker_id: str) -> Iterator[str]:
    """A further role, for what it should not be."""
    name = f"vlms_test_other_{worker_id}"
    with owner_engine().begin() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN PASSWORD 'of-the-tests-alone'"))
        connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}"))
    yield name
    with owner_engine().begin() as connection:
        connection.execute(text(f"REASSIGN OWNED BY {name} TO CURRENT_USER"))
        connection.execute(text(f"DROP OWNED BY {name}"))
        connection.execute(text(f"DROP ROLE {name}"))


def watched(url: str) -> Engine:
    engine = create_engine(url, **engine_options(url))
    watch_role(engine)
    return engine


def as_role(settings: Settings, name: str) -> str:
    return settings.database_url.replace(postgres.APP_ROLE, name)


def refusal(url: str) -> str:
    engine = watched(url)
    with pytest.raises(RoleRefused) as refused, engine.connect():
        pass
    engine.dispose()
    assert "vlms db roles" in str(refused.value)
    return str(refused.value)


def test_the_applications_own_role_is_taken(settings: Settings) -> None:
    engine = watched(settings.database_url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT current_user")) == postgres.APP_ROLE
    engine.dispose()


def test_a_superuser_is_refused(settings: Settings) -> None:
    assert settings.database_owner_url is not None
    assert "superuser" in refusal(settings.database_owner_url)


def test_a_role_that_bypasses_policies_is_refused(settings: Settings, another: str) -> None:
    with owner_engine().begin() as connection:
        connection.execute(text(f"ALTER ROLE {another} BYPASSRLS"))
    assert "bypass" in refusal(as_role(settings, another))


def test_a_role_that_owns_a_table_is_refused(settings: Settings, another: str) -> None:
    with owner_engine().begin() as connection:
        connection.execute(text(f"ALTER TABLE person OWNER TO {another}"))
    assert "owns" in refusal(as_role(settings, another))


def test_a_table_without_policies_is_refused_until_they_are_renewed(settings: Settings) -> None:
    with owner_engine().begin() as connection:
        connection.execute(text("ALTER TABLE person DISABLE ROW LEVEL SECURITY"))
    try:
        assert "policies" in refusal(settings.database_url)
        assert not is_ready()
    finally:
        with owner_engine().begin() as connection:
            assert renew(connection) == 1
            assert renew(connection) == 0
    engine = watched(settings.database_url)
    engine.connect().close()
    engine.dispose()


def test_the_owner_upgrades_and_the_application_starts(settings: Settings, worker_id: str) -> None:
    """Both roles made as `vlms db roles` prints it, in a database of their own."""
    server, name = postgres.start(), f"vlms_roles_{worker_id}"
    owner, role = f"{name}_owner", f"{name}_app"
    url = postgres.create_database(server, name)
    maker = create_engine(url)
    try:
        with maker.begin() as connection:
            for statement in making_roles(owner, role, name):
                connection.exec_driver_sql(statement)
            for each in (owner, role):
                connection.exec_driver_sql(f"ALTER ROLE {each} PASSWORD 'of-the-tests-alone'")
        found = {
            **{key: value for key, value in os.environ.items() if not key.startswith("VLMS_")},
            "VLMS_INSTANCE": str(settings.instance),
            "VLMS_DATABASE_URL": _as(url, role),
            "VLMS_DATABASE_OWNER_URL": _as(url, owner),
        }
        told = _vlms(found, "db", "upgrade")
        assert "were renewed" in told.stdout, told.stderr
        assert "were renewed" not in _vlms(found, "db", "upgrade").stdout
        assert _vlms(found, "jobs", "list").returncode == 0
        refused = _vlms({**found, "VLMS_DATABASE_URL": _as(url, owner)}, "jobs", "list")
        assert refused.returncode == 1
        assert "owns tables" in refused.stderr
        knowing = {"VLMS_DATABASE_URL": _as(url, owner), "VLMS_SINGLE_DATABASE_ROLE": "1"}
        assert _vlms({**found, **knowing}, "jobs", "list").returncode == 0
    finally:
        maker.dispose()
        postgres.drop_database(server, name)
        with owner_engine().begin() as connection:
            connection.exec_driver_sql(f"DROP ROLE IF EXISTS {owner}, {role}")


def _as(url: str, role: str) -> str:
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return url.replace(parts.netloc + "/", f"{role}:of-the-tests-alone@{place}/", 1)


def _vlms(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vlms", *words],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_embedded_database_has_no_roles(settings: Settings) -> None:
    engine = create_engine("sqlite://")
    watch_role(engine)
    with engine.connect() as connection:
        assert secure(connection, "x") == 0
    engine.dispose()
    assert replace(settings, single_database_role=True) != settings
    assert not read_settings({}).single_database_role
    assert db.engine.dialect.name == "postgresql"
