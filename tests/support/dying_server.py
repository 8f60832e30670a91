"""A server that is killed at a moment of its first disclosure: before or after the commit.

`python -m tests.support.dying_server before|after|never ACTION` serves the installation that the
environment names, on a free port that it prints; its clock stands where the tests' stands.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace

from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from tests.support.clock import StillClock
from vlms.app import create_app
from vlms.audit.models import AuditEntry
from vlms.settings import read_settings

_TOLD = "tells of a disclosure"


def die_at(moment: str, action: str) -> None:
    """Kill this process before or after the entry of this action is committed."""

    def notice(session: Session, _context: object, _instances: object = None) -> None:
        told = (row.action for row in session.new if isinstance(row, AuditEntry))
        session.info[_TOLD] = session.info.get(_TOLD, False) or action in told

    def die(session: Session, _context: object = None) -> None:
        if session.info.get(_TOLD):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Session, "before_flush", notice)
    event.listen(Session, "after_flush" if moment == "before" else "after_commit", die)


def serve(moment: str, action: str) -> None:
    settings = replace(read_settings(os.environ), testing=True, demo=True)
    app = create_app(settings, StillClock())
    if moment != "never":
        die_at(moment, action)
    server = make_server("127.0.0.1", 0, app)
    print(server.port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(*sys.argv[1:])
