"""A user's own notices, how each kind is wanted, and the switch-off link of a mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.wrappers import Response

from vlms.core.db import reading
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.text import _
from vlms.core.work import Actor
from vlms.notices.choosing import (
    choose,
    choose_for,
    get_declinable,
    mark_all_read,
    mark_read,
)
from vlms.notices.directory import directory
from vlms.notices.kinds import KINDS, TITLES, Audience, Kind
from vlms.notices.models import Mailing, OutboxMessage
from vlms.notices.notice_queries import Own, count_unread, get_notice, search_notices
from vlms.notices.queries import find_wording, list_choices_of
from vlms.notices.rendering import write_letter
from vlms.web.access import public, requires
from vlms.web.body_fields import takes
from vlms.web.forms import ChoiceField, Form
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

my_notices = Blueprint("my_notices", __name__, url_prefix="/my/notices")
declining = Blueprint("declining", __name__, url_prefix="/notices")

_SCOPE = System("own notices")
_LINK, _LINK_SCOPE = Actor("one-time link"), System("switch-off link")
WAYS = {
    Mailing.NOW: _("By mail, at once"),
    Mailing.WEEKLY: _("By mail, once a week together"),
    Mailing.NEVER: _("No mail, only here"),
}
# Where a notice without an address of its own leads: what its link in the mail opens.
PLACES = {"code_assigned": "my_codes.index"}
add_words(
    {"notice_choice.changed": _("Notices chosen")},
    {"mailing": _("How it is wanted"), "notice_choice.address": _("E-mail address")},
    {"mailing": WAYS},
)
HEADINGS = (
    Heading("notice", _("Notice")),
    Heading("created", _("Written"), "created", "nowrap"),
    Heading("read", _("Read on"), None, "nowrap"),
    Heading("mailed", _("Mailed"), None, "nowrap"),
)


def _own(session: Any) -> Own:
    own = directory().find_own(session, g.visitor.email)
    return replace(own, only_in=g.visitor.only_in)


@my_notices.get("/")
@requires(Permission.USE_OWN_CODES)
def index() -> str:
    """The visitor's own notices; `unread=1` for those that were never opened."""
    unread = Filter("unread", _("Not opened yet"), {"1": _("Not opened yet")}, is_tick=True)
    with reading(_SCOPE) as session:
        own = _own(session)
        found = search_notices(
            session, own, listing("-created"), unread_only=unread.value is not None
        )
        return render_template(
            "my_notices/index.html",
            list=ListPage("my_notices.index", HEADINGS, [unread]),
            found=found,
            titles=TITLES,
            unread_count=count_unread(session, own),
        )


@my_notices.get("/<uuid:message_id>")
@requires(Permission.USE_OWN_CODES)
def show(message_id: UUID) -> str:
    """One notice; being opened, it counts as read."""
    with unit_of_work(scope=_SCOPE) as work:
        own = _own(work.session)
        mark_read(work, own, message_id)
        message = get_notice(work.session, own, message_id)
        wording = find_wording(work.session, message)
    # A link that works once is worth its mail alone: whoever sits here could be somebody else.
    hidden = str(_("[The link stands in the mail.]"))
    return render_template(
        "my_notices/show.html",
        message=message,
        letter=write_letter(message, hidden if message.link_id else "", wording),
        titles=TITLES,
        place=_place(message),
    )


def _place(message: OutboxMessage) -> str | None:
    path = message.facts.get("path")
    endpoint = PLACES.get(message.template)
    if path and _leads_elsewhere(path):
        return None
    return path or (url_for(endpoint) if endpoint else None)


def _leads_elsewhere(path: str) -> bool:
    """To a workspace that is not open to the visitor, as to who is a contact there alone."""
    _, area, slug, *_rest = [*path.split("/"), "", ""]
    return area == "o" and slug not in {place.slug for place in g.visitor.workspaces}


@my_notices.post("/read")
@requires(Permission.USE_OWN_CODES)
def read_all() -> Response:
    with unit_of_work(Form(), scope=_SCOPE) as work:
        mark_all_read(work, _own(work.session))
        work.location = url_for("my_notices.index")
    return answer(work, _("All notices are marked as opened."))


@my_notices.route("/choices", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def choices() -> str | Response | tuple[str, int]:
    """How the visitor wants each kind; what is compulsory stays on, and says why."""
    kinds = _kinds_for_visitor()
    declinable = {key: kind for key, kind in kinds.items() if not kind.is_compulsory}
    with reading(_SCOPE) as session:
        own = _own(session)
        chosen = list_choices_of(session, {own.address})
    form = _form(declinable, {key: mailing for (_of, key), mailing in chosen.items()})
    if form.validate_on_submit():
        with unit_of_work(form, scope=_SCOPE) as work:
            choose(work, own, {key: Mailing(form[key].value) for key in declinable})
            work.location = url_for("my_notices.choices")
        return answer(work, _("Saved."))
    compulsory = [kind for kind in kinds.values() if kind.is_compulsory]
    page = render_template("my_notices/choices.html", form=form, compulsory=compulsory)
    return page, 422 if form.is_refused else 200


def _kinds_for_visitor() -> Mapping[str, Kind]:
    """Those that they can get: who only holds codes sees what holders get."""
    seen = set(Audience) if g.visitor.workspaces else {Audience.HOLDER}
    return {key: kind for key, kind in KINDS.items() if kind.to in seen}


def _form(kinds: Mapping[str, Kind], chosen: Mapping[str, Mailing]) -> Form:
    ways = [(way.value, word) for way, word in WAYS.items()]
    fields: dict[str, Any] = {
        key: ChoiceField(kind.title, ways, default=chosen.get(key, Mailing.NOW).value, name=key)
        for key, kind in kinds.items()
    }
    form: Form = type("ChoicesForm", (Form,), fields)()
    return form


@declining.route("/off/<token>", methods=["GET", "POST"])
@public
@takes("mailing", "List-Unsubscribe")
def off(token: str) -> str | Response:
    """Switch a kind of mail off, or on again, by its signed link; without signing in.

    Opening it changes nothing, as scanners do. Mail programs post one field (RFC 8058).
    """
    with unit_of_work(actor=_LINK, scope=_LINK_SCOPE) as work:
        message = get_declinable(work, token)
        if request.method == "POST":
            wanted = Mailing.NOW if request.form.get("mailing") == "now" else Mailing.NEVER
            choose_for(work, message.to_address, message.template, wanted)
        chosen = list_choices_of(work.session, {message.to_address})
        work.location = url_for("declining.off", token=token)
    if request.form.get("List-Unsubscribe"):
        return Response(status=204)
    if request.method == "POST":
        return answer(work, _("Saved."))
    return render_template(
        "declining/off.html",
        message=message,
        kind=KINDS[message.template],
        is_off=chosen.get((message.to_address, message.template)) is Mailing.NEVER,
    )
