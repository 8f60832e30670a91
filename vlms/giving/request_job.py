"""The round that serves waiting lists whatever was missed (C2)."""

from __future__ import annotations

from vlms.giving.service.request_line import serve_all
from vlms.jobs.held import HeldJob
from vlms.jobs.worker import JobKind


def _serve(held: HeldJob) -> None:
    serve_all(held.work)


REQUEST_JOBS = (JobKind("giving.serve_waiting", _serve, every_seconds=300),)
