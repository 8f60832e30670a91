"""The application on both databases, a clock that stands still, a client that checks pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.support import postgres
from tests.support.clock import StillClock
from tests.support.emptying import empty_all
from tests.support.owning import install_tables, owner_engine
from tests.support.pages import CheckingClient
from vlms.app import create_app, equip_app
from vlms.authentication.factor_queries import use_compulsion
from vlms.core.db import db
from vlms.core.installation import remember_keys
from vlms.core.keys import load_keys, make_key_ring, write_keys
from vlms.settings import read_settings

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def clock() -> StillClock:
    return StillClock()


@pytest.fixture(scope="session")
def installations(
    tmp_path_factory: pytest.TempPathFactory, clock: StillClock, worker_id: str
) -> Iterator[dict[str, Flask]]:
    """One application a database, made when first asked for; all share one key file."""
    folder = tmp_path_factory.mktemp("instance")
    write_keys(folder / "keys.json", make_key_ring())
    with ExitStack() as closing:
        yield _Installations(folder, clock, worker_id, closing)


class _Installations(dict[str, Flask]):
    def __init__(self, folder: Path, clock: StillClock, worker_id: str, closing: ExitStack) -> None:
        super().__init__()
        self.folder, self.clock, self.worker_id, self.closing = folder, clock, worker_id, closing

    def __missing__(self, kind: str) -> Flask:
        folder = {"VLMS_INSTANCE": str(self.folder)}
        found = read_settings({**folder, **self._addresses(kind)})
        settings = replace(found, testing=True, demo=True)
        app = create_app(settings, self.clock)
        app.test_client_class = CheckingClient
        CheckingClient.clock = staticmethod(self.clock)
        with app.app_context():
            install_tables(app, settings.database_owner_url)
            self.closing.callback(db.engine.dispose)
            self.closing.callback(owner_engine().dispose)
        self[kind] = app
        return app

    def _addresses(self, kind: str) -> dict[str, str]:
        if kind == "sqlite":
            return {"VLMS_DATABASE_URL": f"sqlite:///{self.folder / 'vlms.sqlite3'}"}
        server = postgres.start()
        name = f"vlms_{self.worker_id}"
        url = postgres.create_database(server, name)
        self.closing.callback(postgres.drop_database, server, name)
        application = postgres.application_url(url)
        return {"VLMS_DATABASE_URL": application, "VLMS_DATABASE_OWNER_URL": url}


@pytest.fixture(params=DATABASES)
def app(
    request: pytest.FixtureRequest, installations: dict[str, Flask], clock: StillClock
) -> Iterator[Flask]:
    """The application with an empty database, in its context; once for each database."""
    clock.reset()
    found = installations[request.param]
    with found.app_context():
        _empty()
        settings = found.config["SETTINGS"]
        remember_keys(load_keys(settings.key_file, settings.keys))
        use_compulsion(is_waived=settings.demo)
        yield found
        db.session.remove()


def _empty() -> None:
    with owner_engine().begin() as connection:
        empty_all(connection)


@pytest.fixture
def elsewhere(installations: dict[str, Flask], tmp_path: Path) -> Iterator[Path]:
    """A folder for another installation; afterwards work has this one's keys again."""
    yield tmp_path / "instance"
    for app in installations.values():
        equip_app(app, app.config["SETTINGS"])


@pytest.fixture
def client(app: Flask) -> CheckingClient:
    found = app.test_client()
    assert isinstance(found, CheckingClient)
    return found
