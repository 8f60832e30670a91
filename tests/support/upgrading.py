"""A database as it was before a migration, and the migration run on it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from tests.support import postgres
from vlms.app import create_app
from vlms.core.db import db
from vlms.core.tokens import new_id
from vlms.resources import resource_path
from vlms.settings import read_settings


def revisions(name: str) -> tuple[str, str]:
    """The own one of the migration whose file is named so, and the one before."""
    (file,) = (Path(resource_path("migrations")) / "versions").glob(f"*_{name}.py")
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.revision, module.down_revision


@contextmanager
def old_database(kind: str, folder: Path) -> Iterator[None]:
    """An application on an empty database of this kind, which nothing has upgraded yet."""
    folder.mkdir(parents=True)
    with _empty_database(kind, folder) as url:
        environment = {
            "VLMS_INSTANCE": str(folder),
            "VLMS_DATABASE_URL": url,
            "VLMS_SINGLE_DATABASE_ROLE": "1",
        }
        app = create_app(replace(read_settings(environment), testing=True))
        with app.app_context(), closing(db.session):
            try:
                yield
            finally:
                db.session.remove()
                db.engine.dispose()


@contextmanager
def _empty_database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'old.sqlite3'}"
        return
    server = postgres.start()
    name = f"old_{new_id().hex[-12:]}"
    try:
        yield postgres.create_database(server, name)
    finally:
        postgres.drop_database(server, name)
