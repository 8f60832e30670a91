"""All that is held on a person: counted on a page, taken away as a file (D2)."""

from __future__ import annotations

import io
from uuid import UUID

from flask import Blueprint, g, render_template, send_file
from werkzeug.wrappers import Response

from vlms.accounts.queries import get_person
from vlms.accounts.views.subject import subject_address
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.privacy import service
from vlms.privacy.service.telling import TELLING, Held
from vlms.privacy.views.erasing import privacy
from vlms.privacy.words import held_counts
from vlms.web.access import requires
from vlms.web.unit_of_work import unit_of_work
from vlms.web.words import add_words

my_data = Blueprint("my_data", __name__, url_prefix="/my/data")

add_words(
    {
        "person.told": _("What is held on the person taken as a file"),
        "user.told": _("What is held on the user taken as a file"),
    }
)


@privacy.get("/people/<uuid:person_id>/held")
@requires(Permission.ERASE_PEOPLE, proof=True)
def held(person_id: UUID) -> str:
    """What this organisation holds on a person, counted."""
    person = get_person(db.session(), person_id)
    service.require_whole(g.actor, g.scope)
    counts = held_counts(service.held_on_person(person_id, g.now).counts)
    back = subject_address("people.show", person_id=person_id)
    return render_template("privacy/held.html", person=person, counts=counts, back=back)


@privacy.post("/people/<uuid:person_id>/held.json")
@requires(Permission.ERASE_PEOPLE, proof=True)
def file(person_id: UUID) -> Response:
    """The same as a file; that it was taken is in the journal before it leaves."""
    with unit_of_work() as work:
        told = service.tell_person(work, person_id)
    return _sent(told)


@my_data.get("/")
@requires(Permission.USE_OWN_CODES, proof=True)
def index() -> str:
    """What is held on oneself, in every organisation, counted."""
    counts = held_counts(service.held_on_user(g.visitor.user_id, g.now).counts)
    return render_template("my_data/index.html", counts=counts)


@my_data.post("/held.json", endpoint="file")
@requires(Permission.USE_OWN_CODES, proof=True)
def own_file() -> Response:
    """The same as a file."""
    with unit_of_work(scope=TELLING) as work:
        told = service.tell_user(work, g.visitor.user_id)
    return _sent(told)


def _sent(told: Held) -> Response:
    name = f"held-{told.read_at.date().isoformat()}.json"
    return send_file(
        io.BytesIO(told.written()),
        mimetype="application/json",
        as_attachment=True,
        download_name=name,
    )
