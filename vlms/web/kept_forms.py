"""Nothing typed is lost when a session has ended: the form comes back as it was filled in.

What was posted without a session travels, signed, in the sign-in page's own form; after
signing in it is kept for its user and shown again on its page, where the button has to be
pressed once more. Passwords and codes are never kept, nor what another site sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from flask import current_app, flash, g, redirect, request, session
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from vlms.core.db import db
from vlms.core.errors import BadInput
from vlms.core.kept_forms import KEPT_FOR, LONGEST_ADDRESS, Fields, find_kept, keep
from vlms.core.odd_text import without_odd
from vlms.core.scope import System
from vlms.core.text import _, sentences
from vlms.core.work import Work
from vlms.web.addresses import local_address
from vlms.web.unit_of_work import unit_of_work

KEPT = "kept"
# In the browser's session: where a form is shown again, and whether it came with a file.
_TO_TELL = "kept_form_to_tell"
# `words` is what was searched for, which may be a code.
NEVER_KEPT = frozenset(
    {"csrf_token", KEPT, "password", "present", "secret", "code", "words", "signed", "sealed"}
)
MOST_CHARACTERS = 200_000
# Shows the sign-in page with a sealed form in it: (the form's address, the seal).
Door = Callable[[str, str], Any]


@dataclass(frozen=True)
class Sent:
    """A form as it was posted; `user_id` is whose it was, where the browser still knew."""

    address: str
    fields: Fields
    had_file: bool
    user_id: UUID | None = None


def sent_form() -> Sent | None:
    """The form of this request, if its page can be shown again and may be kept."""
    rule = request.url_rule
    if request.method != "POST" or rule is None or "GET" not in (rule.methods or ()):
        return None
    if request.headers.get("HX-Request") or not came_from_here():
        return None
    fields = [
        (without_odd(name), without_odd(value))
        for name, values in request.form.lists()
        if name not in NEVER_KEPT
        for value in values
    ]
    address = page_address()
    if len(address) > LONGEST_ADDRESS or local_address(address) is None:
        return None
    if sum(len(name) + len(value) for name, value in fields) > MOST_CHARACTERS:
        return None
    return Sent(address, fields, any(file.filename for file in request.files.values()))


def came_from_here() -> bool:
    """Whether the request was made by a page of this site."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin", "")
    return urlsplit(origin).netloc == request.host


def page_before() -> str | None:
    """The page of this site on which the button was pressed, if the browser says."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host:
        return None
    return before.path + (f"?{before.query}" if before.query else "")


def page_address() -> str:
    """This request's path and arguments, without the key of a kept form."""
    asked = [(n, v) for n, values in request.args.lists() if n != KEPT for v in values]
    return request.path + (f"?{urlencode(asked)}" if asked else "")


def seal(sent: Sent) -> str:
    """The form as a text that only this installation can have made."""
    user = None if sent.user_id is None else str(sent.user_id)
    return str(_sealer().dumps([sent.address, list(sent.fields), sent.had_file, user]))


def unseal(text: str | None) -> Sent | None:
    """What was sealed less than an hour ago; None for anything else."""
    if not text:
        return None
    try:
        seconds = int(KEPT_FOR.total_seconds())
        address, fields, had_file, user = _sealer().loads(text, max_age=seconds)
    except BadData:
        return None
    pairs = [(name, value) for name, value in fields]
    return Sent(address, pairs, had_file, None if user is None else UUID(user))


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="kept-form")


def keep_shown(fields: Fields) -> str:
    """Keep a form of this page that a button has only rearranged; where it is shown so.

    The page that shows it gives it a token of its own. Raises BadInput for an endless one.
    """
    if sum(len(name) + len(value) for name, value in fields) > MOST_CHARACTERS:
        raise BadInput(None, _("The form is too long."), way_out=_("Shorten what you typed."))
    shown = [(name, value) for name, value in fields if name not in (*NEVER_KEPT, "token")]
    with unit_of_work(scope=System("kept form")) as work:
        kept_id = keep(work, g.visitor.user_id, page_address(), shown)
    address = page_address()
    return f"{address}{'&' if '?' in address else '?'}{KEPT}={kept_id}"


def was_forgotten() -> bool:
    """Whether this page was to show a kept form that is kept no longer."""
    return KEPT in request.args and kept_fields() is None


def keep_for(work: Work, sent: Sent, user_id: UUID) -> str | None:
    """Keep the form for who has signed in; where it is shown again, None if it is another's."""
    if sent.user_id not in (None, user_id):
        return None
    kept_id = keep(work, user_id, sent.address, sent.fields)
    return f"{sent.address}{'&' if '?' in sent.address else '?'}{KEPT}={kept_id}"


def had_file(sealed: str | None) -> bool:
    """Whether the sealed form came with a file."""
    sent = unseal(sealed)
    return sent is not None and sent.had_file


def tell_at(place: str, *, had_file: bool) -> None:
    """Let the page at `place`, when it comes, say that the form is there again and was not sent.

    Pages may stand between, as that of the second step: there is no form on them.
    """
    session[_TO_TELL] = [place, had_file]


def _tell(key: str) -> None:
    place, had_file = session.get(_TO_TELL) or ("", False)
    if not place.endswith(f"{KEPT}={key}"):
        return
    del session[_TO_TELL]
    told = (
        _("Your form is here again as you filled it in. Nothing has been sent yet."),
        _("Look at it, and press its button once more."),
    )
    flash(sentences(*told), "info")
    if had_file:
        flash(str(_("Choose the file again: files are not kept.")), "warning")


def keep_sent(sent: Sent, user_id: UUID) -> str | None:
    """Keep the form that a signed-in user sent; where it is shown again; they are told there."""
    with unit_of_work(scope=System("kept form")) as work:
        place = keep_for(work, sent, user_id)
    if place is not None:
        tell_at(place, had_file=sent.had_file)
    return place


def bring_back() -> Response | None:
    """Lead a visitor whose form had grown too old to the same form, filled in; else None."""
    sent = sent_form() if g.get("visitor") is not None else None
    if sent is None:
        return None
    place = keep_sent(sent, g.visitor.user_id)
    return None if place is None else redirect(place)


def take_up(visitor_id: UUID) -> None:
    """Let the forms of this page show what was kept for it."""
    g.kept_fields = None
    key = request.args.get(KEPT)
    if key is None or request.method != "GET":
        return
    try:
        kept_id = UUID(key)
    except ValueError:
        return
    found = find_kept(db.session(), kept_id, visitor_id, g.now)
    if found is not None and found.address == page_address():
        g.kept_fields = MultiDict((name, value) for name, value in found.fields)
        _tell(key)


def kept_fields() -> MultiDict[str, str] | None:
    """What the forms of this page show again."""
    found: MultiDict[str, str] | None = g.get("kept_fields")
    return found
