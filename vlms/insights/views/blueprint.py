"""The blueprint of figures, and how a request looks at them."""

from __future__ import annotations

from flask import Blueprint, g

from vlms.core.db import db
from vlms.planning.looking import Look

insights = Blueprint("insights", __name__)


def look_around() -> Look:
    """How this request looks at figures."""
    place = g.workspace
    return Look(db.session(), g.now, g.actor, place.organisation_id, place.kind, place.time_zone)
