"""A user's calendar under a secret address: made, renewed, revoked, and read by programs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from flask_babel import force_locale
from werkzeug.wrappers import Response as AnyResponse

from vlms.authentication.doorkeeper import holder_of, visitor_of
from vlms.codes.service.tries import CALENDAR_FEEDS, take_try
from vlms.core.db import reading
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.text import _
from vlms.core.work import Actor, key_ring
from vlms.exports.calendar import TYPE, Entry, write_calendar
from vlms.giving.service.team import team_of
from vlms.planning.calendar import every_entry
from vlms.planning.certification_clocks import (
    own_certification_entries,
    team_certification_entries,
)
from vlms.planning.clocks import own_entries
from vlms.planning.link_clocks import own_link_entries
from vlms.planning.looking import Look
from vlms.planning.queries.calendar_feeds import find_open_feed, find_reader
from vlms.planning.service.calendar_feeds import digest_of, end_feed, make_feed
from vlms.web.access import Visitor, Workspace, public, requires
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

my_calendar = Blueprint("my_calendar", __name__, url_prefix="/my/calendar")
calendar_feed = Blueprint("calendar_feed", __name__, url_prefix="/calendar")
add_words(
    {
        "calendar_feed.made": _("Calendar address made"),
        "calendar_feed.revoked": _("Calendar address revoked"),
    },
    {"calendar_feed.made_at": _("Made"), "calendar_feed.ended_at": _("Revoked")},
)
_OWN, _READING = System("own calendar address"), System("calendar address")
_STRANGER = Actor("calendar address")
_LONGEST = 100


@my_calendar.get("/")
@requires(Permission.USE_OWN_CODES)
def index() -> str:
    return _page(None)


def _page(secret: str | None) -> str:
    with reading(_OWN) as session:
        feed = find_open_feed(session, g.visitor.user_id)
        made_at = feed.made_at if feed else None
    address = url_for("calendar_feed.read", token=secret, _external=True) if secret else None
    return render_template("my_calendar/index.html", made_at=made_at, address=address)


@my_calendar.post("/make")
@requires(Permission.USE_OWN_CODES)
def make() -> str:
    """A new address; it is shown this once, as only its digest is kept."""
    form = Form()
    if not form.validate_on_submit():
        return index()
    with unit_of_work(form, scope=_OWN) as work:
        secret = make_feed(work, g.visitor.user_id)
        work.location = url_for(".index")
    return _page(secret)


@my_calendar.post("/revoke")
@requires(Permission.USE_OWN_CODES)
def revoke() -> AnyResponse:
    form = Form()
    if not form.validate_on_submit():
        return redirect(url_for(".index"))
    with unit_of_work(form, scope=_OWN) as work:
        end_feed(work, g.visitor.user_id)
        work.location = url_for(".index")
    return answer(work, _("The address is revoked; it opens nothing any more."))


@calendar_feed.get("/<token>.ics")
@public
def read(token: str) -> AnyResponse:
    """Whatever its owner may see at this moment; their rights are looked at each time.

    Raises TooMany after too many guesses from one address within the hour.
    """
    with reading(_READING) as session:
        may_be = len(token) <= _LONGEST and token.isascii()
        user = find_reader(session, digest_of(key_ring(), token)) if may_be else None
        visitor = visitor_of(session, user) if user is not None else None
    if visitor is None:
        with unit_of_work(actor=_STRANGER, scope=_READING) as work:
            take_try(work, CALENDAR_FEEDS, f"source:{request.remote_addr}")
        abort(404)
    return _send(visitor, _entries(visitor))


def _send(visitor: Visitor, found: Sequence[Entry]) -> AnyResponse:
    with force_locale(visitor.language.value):
        name = str(_("VLMS: %(name)s", name=visitor.name))
    response = Response(write_calendar(found, g.now, name), mimetype=TYPE)
    # What is told, without the moment at which it was written.
    response.set_etag(hashlib.sha256(repr((name, found)).encode()).hexdigest())
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    return response.make_conditional(request)


def _entries(visitor: Visitor) -> list[Entry]:
    """Of each place where the visitor has a role now, and what is their own; none twice.

    Their own are codes, certifications and the MCID's links, and their people's certifications.
    """
    found: dict[str, Entry] = {}
    with force_locale(visitor.language.value):
        for place in visitor.workspaces:
            found |= _keyed(_of_place(visitor, place))
        with reading(_READING) as session:
            holder = holder_of(session, visitor.user_id)
            found |= _keyed(own_link_entries(session, visitor.user_id, g.now, _external))
        with reading(holder) as session:
            found |= _keyed(own_entries(session, g.now, _external))
            own = own_certification_entries(session, holder.person_ids, g.now, _external)
            found |= _keyed(own)
        team = team_of(visitor.user_id)
        if team.person_ids:
            with reading(team) as session:
                found |= _keyed(team_certification_entries(session, g.now, _external))
    return sorted(found.values(), key=lambda entry: (entry.day, entry.key))


def _keyed(entries: Iterable[Entry]) -> dict[str, Entry]:
    return {entry.key: entry for entry in entries}


def _of_place(visitor: Visitor, place: Workspace) -> list[Entry]:
    actor = Actor(
        visitor.name, visitor.user_id, place.organisation_id, place.roles, visitor.time_zone
    )

    def address(endpoint: str, **arguments: Any) -> str:
        return _external(endpoint, organisation=place.slug, **arguments)

    assert place.scope is not None, "a place of a visitor has its scope"
    with reading(place.scope) as session:
        look = Look(session, g.now, actor, place.organisation_id, place.kind, place.time_zone)
        return every_entry(look, address)


def _external(endpoint: str, **arguments: Any) -> str:
    return url_for(endpoint, _external=True, **arguments)
