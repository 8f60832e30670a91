"""The tests' own PostgreSQL: databases come, are copied and go; no server stays behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.support import postgres

ROOT = Path(__file__).parents[2]
WAIT_SECONDS = 30


@pytest.fixture
def names() -> Iterator[tuple[str, str]]:
    """Names of two databases of this worker's, removed afterwards."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    pair = (f"first_of_{worker}", f"second_of_{worker}")
    yield pair
    for name in pair:
        postgres.drop_database(postgres.start(), name)


def connect(url: str) -> closing[psycopg.Connection]:
    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    return closing(psycopg.connect(plain, autocommit=True))


def test_a_database_is_a_copy_of_its_template(names: tuple[str, str]) -> None:
    server = postgres.start()
    first, second = names
    with connect(postgres.create_database(server, first)) as connection:
        connection.execute("CREATE TABLE kept (a int)")
    with connect(postgres.create_database(server, second, template=first)) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_a_dropped_database_is_gone_with_its_connections(names: tuple[str, str]) -> None:
    server = postgres.start()
    url = postgres.create_database(server, names[0])
    with connect(url) as connection:
        postgres.drop_database(server, names[0])
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url.replace("+psycopg", "", 1))


def test_text_sorts_by_code_point_as_in_sqlite() -> None:
    with connect(postgres.start()) as connection:
        query = "SELECT string_agg(x, '' ORDER BY x) FROM unnest(ARRAY['b','é','a','B','張']) x"
        assert connection.execute(query).fetchone() == ("Babé張",)


@pytest.mark.skipif(
    postgres.URL_VARIABLE in os.environ, reason=f"{postgres.URL_VARIABLE} names a server"
)
def test_the_server_ends_with_a_test_run_that_was_killed() -> None:
    program = "from tests.support import postgres; import os, time;" + (
        "print(postgres.start(os.getpid()), flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        select.select([run.stdout], [], [], WAIT_SECONDS)
        folder = Path(run.stdout.readline().strip().split("host=")[1]).parent
        assert folder.exists()
        run.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + WAIT_SECONDS
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()
