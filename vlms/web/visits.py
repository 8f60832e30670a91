"""What may be done while an operator sees the system as somebody else: look, and no more (G7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, current_app, flash, g, redirect, request, session, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from vlms.core.errors import Conflict, Forbidden, Topic
from vlms.core.text import _
from vlms.core.tokens import random_bytes

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# What ends it.
ALWAYS_OPEN = frozenset({"visits.end", "accounts.sign_out"})
# What flask-wtf signs into every form's token; within a visit the visit's key stands behind it.
_OF_FORMS, _SALT, _IN = "csrf_token", "wtf-csrf-token", "."
_closed: set[str] = set()


@dataclass(frozen=True)
class Visit:
    """As whom, by whom, why and until when; a visitor who has one is the one looked at."""

    id: UUID
    operator_id: UUID
    operator_name: str
    reason: str
    expires_at: datetime
    organisation_id: UUID

    def minutes_left(self, now: datetime) -> int:
        """How many, the last one begun."""
        return -int((now - self.expires_at).total_seconds() // 60)


class OnlyLooking(Forbidden):
    """Refused in every visit, whatever the roles (403)."""

    reason = "only_looking"


class OtherEyes(Conflict):
    """A form was opened as somebody else than it is sent (409)."""

    reason = "other_eyes"


def bind_forms(visit: Visit | None) -> bool:
    """Let every form of this browser carry as whom it is opened; whether a visit is over.

    So a page that was opened in a visit does nothing after it, in the operator's own name.
    """
    known = str(session.get(_OF_FORMS) or "")
    own, _in, before = known.partition(_IN)
    if visit is not None and not own:
        own = random_bytes(20).hex()
    now = f"{own}{_IN}{visit.id}" if visit else own
    if now != known:
        session[_OF_FORMS] = now
    return bool(before) and visit is None


def check_same_eyes() -> None:
    """Raises OtherEyes for a form of this browser that was opened as somebody else."""
    known = str(session.get(_OF_FORMS) or "")
    if request.method in SAFE or not known:
        return
    sent = _signed(request.form.get(_OF_FORMS, ""))
    if sent == known or sent.partition(_IN)[0] != known.partition(_IN)[0]:
        # What is lacking or foreign is refused where all forms are.
        return
    if request.endpoint in ALWAYS_OPEN:
        session[_OF_FORMS] = sent
        return
    raise OtherEyes(
        "G7",
        _("This page was opened while you saw VLMS as somebody else, so nothing was done."),
        way_out=_("Open the page again in your own name, and fill it in there."),
        ask=Topic.ACCOUNT,
    )


def _signed(token: str) -> str:
    key = current_app.secret_key or ""
    try:
        return str(URLSafeTimedSerializer(key, salt=_SALT).loads(token))
    except BadData:
        return ""


def say_it_is_over() -> Response | None:
    """Where a page is asked for first after a visit: a word, and the home page."""
    if request.method != "GET" or request.endpoint is None or request.headers.get("HX-Request"):
        return None
    flash(str(_("The visit is over; you are yourself again.")), "info")
    return redirect(url_for("insights.start"))


def close_to_visits(*blueprints: Blueprint) -> None:
    """Pages that belong to their user alone: nobody else sees them, in a visit either."""
    _closed.update(blueprint.name for blueprint in blueprints)


def check_only_looks(needs_proof: bool) -> None:
    """Raises OnlyLooking for what a visit may not ask for."""
    if request.endpoint is None or request.endpoint in ALWAYS_OPEN:
        # What is nowhere is answered so; what ends the visit may always be asked for.
        return
    if request.method not in SAFE or needs_proof or request.blueprint in _closed:
        raise only_looking()


def check_may_write() -> None:
    """Raises OnlyLooking where work would begin in a visit, whatever asked for it."""
    visitor = g.get("visitor")
    if visitor is not None and visitor.visit and request.endpoint not in ALWAYS_OPEN:
        raise only_looking()


def only_looking() -> OnlyLooking:
    return OnlyLooking(
        "G7",
        _("You see this as somebody else: nothing can be changed, and no code is shown."),
        way_out=_("End the visit, and ask the person to do it, or do it in your own name."),
        ask=Topic.ACCOUNT,
    )
