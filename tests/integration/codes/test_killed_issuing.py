"""Workers killed in the middle of a big delivery: exactly its codes, none twice (C1).

Real processes on a database of their own; a killed one's lease is ended here instead of
waited for.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from tests.support import postgres
from tests.support.conservation import check_codes
from tests.support.long_deliveries import ask_delivery, counts, read_job
from tests.support.making import making
from vlms.app import create_app
from vlms.codes.service.issuing_in_pieces import PIECE
from vlms.core.clock import system_clock
from vlms.core.db import db
from vlms.jobs.models import Job, JobState
from vlms.settings import read_settings

ROOT = Path(__file__).parents[3]
COUNT, KILLS = 12 * PIECE, 3


@pytest.fixture(params=("sqlite", "postgresql"))
def environment(
    request: pytest.FixtureRequest, tmp_path: Path, worker_id: str
) -> Iterator[dict[str, str]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VLMS_")}
    found = {**kept, "VLMS_INSTANCE": str(tmp_path)}
    if request.param == "sqlite":
        yield found
        return
    server, name = postgres.start(), f"vlms_killed_issuing_{worker_id}"
    try:
        owner = postgres.create_database(server, name)
        application = postgres.application_url(owner)
        yield {**found, "VLMS_DATABASE_URL": application, "VLMS_DATABASE_OWNER_URL": owner}
    finally:
        postgres.drop_database(server, name)


@pytest.fixture
def installed(environment: dict[str, str]) -> Iterator[Flask]:
    subprocess.run(_vlms("db", "upgrade"), cwd=ROOT, env=environment, check=True, timeout=120)
    app = create_app(replace(read_settings(environment), testing=True), system_clock)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _vlms(*words: str) -> list[str]:
    return [sys.executable, "-m", "vlms", *words]


def test_killed_again_and_again_exactly_the_codes_are_issued(
    installed: Flask, environment: dict[str, str]
) -> None:
    _shop, line_id, job_id = ask_delivery(system_clock(), COUNT)
    told = [0]
    for _turn in range(KILLS):
        _kill_after(environment, counts(line_id)["made"] + 2 * PIECE, told, job_id)
        found = counts(line_id)
        assert 0 < found["made"] < COUNT, "killed too early or too late"
        assert (found["seen"], found["batches"], found["delivered"]) == (0, 0, 0)
        _end_lease(job_id)
    last = subprocess.run(_vlms("worker", "--once"), cwd=ROOT, env=environment, timeout=300)
    assert last.returncode == 0
    assert counts(line_id) == {"delivered": COUNT, "seen": COUNT, "batches": 1, "made": COUNT}
    job = read_job(job_id)
    assert (job.state, job.done_count, job.attempt) == (JobState.DONE, COUNT, KILLS + 1)
    assert told == sorted(told), "progress went back"
    with making(system_clock()) as work:
        check_codes(work)


def _kill_after(environment: dict[str, str], done: int, told: list[int], job_id: object) -> None:
    """Start a worker, and kill it once the job tells so many."""
    with subprocess.Popen(_vlms("worker"), cwd=ROOT, env=environment) as worker:
        patience = time.monotonic() + 60
        while time.monotonic() < patience and worker.poll() is None:
            told.append(read_job(job_id).done_count)  # type: ignore[arg-type]
            if told[-1] >= done:
                break
            time.sleep(0.005)
        worker.kill()


def _end_lease(job_id: object) -> None:
    past = system_clock() - timedelta(minutes=5)
    with making(system_clock()) as work:
        work.session.execute(
            update(Job).where(Job.state == JobState.RUNNING).values(lease_until=past),
            execution_options={"synchronize_session": False},
        )
