"""On the home page of whoever runs the system: that very much failed within a minute."""

from __future__ import annotations

from flask import g

from vlms.authentication.service.alarm import HEARS, list_alarms
from vlms.core.db import db
from vlms.web.panels import Panel, add_panel


def _alarms(_workspace: object) -> dict[str, object] | None:
    found = list_alarms(db.session(), g.now)
    return {"alarms": found} if found else None


add_panel(Panel("home-top", HEARS, "authentication/alarm.html", _alarms))
