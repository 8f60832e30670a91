"""A person's own certifications: how long they last, when they can be renewed (R1-R4)."""

from __future__ import annotations

from flask import Blueprint, g, render_template

from vlms.accounts.queries import list_persons_of
from vlms.certifications.queries.standings import list_standings
from vlms.certifications.queries.transcripts import list_passes
from vlms.certifications.words import STATE_WORDS
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.web.access import requires

my_certifications = Blueprint("my_certifications", __name__, url_prefix="/my/certifications")


@my_certifications.get("/")
@requires(Permission.USE_OWN_CODES)
def index() -> str:
    session = db.session()
    own = [person.id for person in list_persons_of(session, g.actor.user_id)]
    return render_template(
        "my_certifications/index.html",
        standings=list_standings(session, own, g.now),
        passes=list_passes(session, own),
        words=STATE_WORDS,
    )
