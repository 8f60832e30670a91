"""The journal's recurring work: signing hourly, checking nightly."""

from __future__ import annotations

from flask import current_app

from vlms.core.work import key_ring
from vlms.jobs.held import HeldJob
from vlms.jobs.service import plan
from vlms.jobs.worker import JobKind
from vlms.journal.checks import sign_journal, verify_journal
from vlms.settings import Settings

CHECK = "journal.check"


def _sign(held: HeldJob) -> None:
    sign_journal(key_ring().audit, _settings().heads_file, held.clock())


def _plan_check(held: HeldJob) -> None:
    """A long journal takes minutes: mail must not wait for it."""
    with held.work() as work:
        plan(work, CHECK, f"{CHECK}:{work.now.date()}")


def _check(held: HeldJob) -> None:
    def tick() -> None:
        with held.work():
            pass

    verify_journal(key_ring().audit, _settings().heads_file, held.clock(), tick)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


JOURNAL_JOBS: tuple[JobKind, ...] = (
    JobKind("journal.sign", _sign, every_seconds=3600),
    JobKind("journal.verify", _plan_check, every_seconds=24 * 3600),
    JobKind(CHECK, _check),
)
