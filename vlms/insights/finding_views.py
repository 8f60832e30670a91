"""The search box of every page: opens what was typed, or shows what fits.

It goes by POST, so that a typed code stands in no address and in no log.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from vlms.audit.service import journal
from vlms.codes.custody import Custody
from vlms.codes.holder_queries import get_own_code
from vlms.codes.models import Code
from vlms.codes.service.tries import SEARCHES, give_back, take_try
from vlms.core.db import db
from vlms.core.errors import NotFound
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.insights.finding import (
    SHORTEST,
    find_all,
    find_own,
    find_typed_code,
    is_like_code,
)
from vlms.insights.hits import Found, Hit, Kind
from vlms.web.access import requires
from vlms.web.body_fields import takes
from vlms.web.unit_of_work import answer, unit_of_work

finding = Blueprint("finding", __name__)

KIND_WORDS = {
    Kind.CODE: _("Codes"),
    Kind.BATCH: _("Batches"),
    Kind.PERSON: _("People"),
    Kind.ORDER: _("Orders"),
    Kind.AGREEMENT: _("Agreements"),
    Kind.ORGANISATION: _("Organisations"),
    Kind.PRODUCT: _("Products"),
    Kind.PACK: _("Packs"),
    Kind.CLASS: _("Classes"),
    Kind.SITTING: _("Sittings"),
}
# What each permission lets somebody search by.
_CAN = (
    (Permission.VIEW_CODES, _("a code: typed whole, its last four characters, or its number")),
    (Permission.VIEW_PEOPLE, _("a person: name, e-mail address or number")),
    (Permission.VIEW_ORDERS, _("an order: its number or the purchase-order number")),
    (Permission.VIEW_AGREEMENTS, _("an agreement: its number")),
    (Permission.VIEW_ORGANISATIONS, _("an organisation: its name or short name")),
    (Permission.VIEW_CATALOG, _("a product: its name")),
    (Permission.VIEW_PACKS, _("a pack: its number")),
    (Permission.VIEW_ROSTERS, _("a class: its name or code")),
    (Permission.VIEW_ROSTERS, _("a sitting: its number")),
)
_OWN_CODE = _("one of your own codes: typed whole, or its last four characters")
_DESK_CODE = _("a code: typed whole")
# The lists that hold all of what only the first are shown of.
_LISTS = {
    Kind.PERSON: "people.index",
    Kind.ORDER: "orders.index",
    Kind.AGREEMENT: "agreements.index",
    Kind.ORGANISATION: "organisations.index",
    Kind.PRODUCT: "catalog.index",
    Kind.PACK: "packs.index",
    Kind.CLASS: "schools.index",
    Kind.SITTING: "sittings.index",
}


@finding.route("/o/<organisation>/search", methods=["GET", "POST"])
@requires(Permission.VIEW_WORKSPACE)
@takes("words")
def search() -> str | Response:
    """Opens the one record that fits, else shows those that do, or what can be searched."""
    words = _words()
    _count_try(words)
    opened = _open_typed(words)
    if opened is not None:
        return opened
    found = _find(words)
    if found.hits:
        _uncount_try(words)
    return _opened(found.only) if found.only else _page(found, words)


@finding.route("/my/search", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
@takes("words")
def search_own() -> str | Response:
    """The same among the visitor's own codes."""
    words = _words()
    _count_try(words)
    code = find_typed_code(db.session(), _custody(), words) if words else None
    if code is not None and _is_own(code):
        _uncount_try(words)
        return redirect(url_for("my_codes.show", code_id=code.id))
    found = find_own(db.session(), words) if len(words) >= SHORTEST else Found([])
    if found.hits:
        _uncount_try(words)
    return _opened(found.only) if found.only else _page(found, words)


def _count_try(words: str) -> None:
    """Count what a guesser of codes might type, before it is looked up. Raises TooMany.

    Only tries that find nothing at all count in the end.
    """
    if is_like_code(words):
        with unit_of_work() as work:
            take_try(work, SEARCHES, _who())


def _uncount_try(words: str) -> None:
    if is_like_code(words):
        with unit_of_work() as work:
            give_back(work, SEARCHES, _who())


def _who() -> str:
    return f"user:{g.actor.user_id}"


def _words() -> str:
    """What was typed; nothing when the page is only opened."""
    return " ".join(request.form.get("words", "").replace("\0", "")[:300].split())


def _find(words: str) -> Found:
    if len(words) < SHORTEST:
        return Found([])
    found = find_all(db.session(), g.actor, g.now, words)
    return found if g.workspace.kind == "operator" else _without_of(found)


def _without_of(found: Found) -> Found:
    """Only the operator's pages name the organisation whose people they show."""
    for hit in found.hits:
        hit.arguments.pop("of", None)
    return found


def _open_typed(words: str) -> Response | None:
    """The page of a code that was typed whole, for who may see codes or check them."""
    may_view = g.actor.may(Permission.VIEW_CODES)
    if not words or not (may_view or g.actor.may(Permission.CHECK_CODES)):
        return None
    with unit_of_work() as work:
        code = find_typed_code(work.session, Custody(work.keys), words)
        if code is None:
            return None
        give_back(work, SEARCHES, _who())
        journal(work, "code.looked_up", ("code", code.id, code.organisation_id))
        work.location = url_for("codes.show" if may_view else "desk.show", code_id=code.id)
    return answer(work)


def _custody() -> Custody:
    with unit_of_work() as work:
        return Custody(work.keys)


def _is_own(code: Code) -> bool:
    try:
        get_own_code(db.session(), code.id)
    except NotFound:
        return False
    return True


def _opened(hit: Hit) -> Response:
    arguments: dict[str, Any] = dict(hit.arguments)
    return redirect(url_for(hit.endpoint, **arguments))


def _page(found: Found, words: str) -> str:
    groups = [(kind, word, found.of(kind)) for kind, word in KIND_WORDS.items() if found.of(kind)]
    return render_template(
        "finding/search.html",
        groups=groups,
        words=words,
        shortest=SHORTEST,
        more={kind: url_for(_LISTS[kind], q=words) for kind in found.more if kind in _LISTS},
        can=list(_can()),
    )


def _can() -> list[Text]:
    if g.workspace is None:
        return [_OWN_CODE]
    can = [word for permission, word in _CAN if g.actor.may(permission)]
    checks_only = g.actor.may(Permission.CHECK_CODES) and not g.actor.may(Permission.VIEW_CODES)
    return [_DESK_CODE, *can] if checks_only else can
