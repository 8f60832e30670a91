"""The recurring job that goes on sealing anew, a little at a time."""

from __future__ import annotations

from vlms.jobs.held import HeldJob
from vlms.jobs.worker import JobKind
from vlms.keys.service.resealing import Pace, reseal

# About two seconds: mail and due assignments wait behind it.
_PIECES = 20


def _reseal(held: HeldJob) -> None:
    reseal(held.work, Pace(most_pieces=_PIECES))


KEY_JOBS = (JobKind("keys.reseal", _reseal, every_seconds=15),)
