"""The same step on many codes: on those that were ticked, or on all that a filter leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import g, render_template, request, url_for
from sqlalchemy import Select, select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from vlms.codes.actions import why_not
from vlms.codes.errors import GivingRefused
from vlms.codes.forms import TogetherForm
from vlms.codes.models import Code
from vlms.codes.queries import SHOWN_WITH, filtered
from vlms.codes.rules.lifecycle import Step
from vlms.codes.service import assigning, reserving
from vlms.codes.service.together import Act, Taken, take_together
from vlms.codes.views.blueprint import codes
from vlms.codes.views.filters import key_in, wanted_codes
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.once import check_first_time
from vlms.core.paging import count_rows
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.addresses import asked_here
from vlms.web.unit_of_work import unit_of_work

MOST_TOGETHER = 2_000
_SHOWN_ROWS = 200


@dataclass(frozen=True)
class BulkAct:
    """A step that can be taken on many codes, and what its pages say."""

    step: Step
    title: Text
    question: Text
    effect: Text
    picture: str
    act: Act


ACTS = {
    "assign": BulkAct(
        Step.START_ASSIGN,
        _("Assign"),
        _("Assign these codes to the people for whom they are reserved?"),
        _("Each person gets a mail with a link. Once an assignment is final nothing moves."),
        "user-check",
        assigning.start_assign,
    ),
    "release": BulkAct(
        Step.RELEASE,
        _("Release"),
        _("Release these reservations?"),
        _("The codes are available again; nobody is told, for nobody was."),
        "arrow-back-up",
        reserving.release,
    ),
    "call-back": BulkAct(
        Step.CALL_BACK,
        _("Call back"),
        _("Call these assignments back?"),
        _("The codes stay reserved for the same people, and no mail goes out."),
        "arrow-back-up",
        assigning.call_back,
    ),
}


def bulk_acts() -> list[tuple[str, Text, str]]:
    """The acts that the visitor may take on several codes: word, title, picture."""
    if not g.actor.may(Permission.ASSIGN_CODES):
        return []
    return [(word, each.title, each.picture) for word, each in ACTS.items()]


@dataclass(frozen=True)
class Chosen:
    """A code that was chosen, and why the step cannot be taken on it, if so."""

    code: Code
    refusal: DomainError | None


@codes.route("/together", methods=["GET", "POST"])
@requires(Permission.ASSIGN_CODES)
def bulk() -> str | tuple[str, int] | Response:
    """Says what would happen to which codes; then does it, if they are still as they were.

    The address says which: `act`, `which=all` with the list's filters, or `row` for each.
    """
    act = ACTS.get(request.args.get("act", ""))
    if act is None:
        raise NotFound
    count = count_rows(db.session(), _wanted(), MOST_TOGETHER)
    form = TogetherForm()
    if form.validate_on_submit():
        check_first_time(db.session(), form.once())
        try:
            _check_seen(form.seen.data or "", count)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return _result(act, form)
    return _confirm(act, form, count), 422 if form.is_refused else 200


def _confirm(act: BulkAct, form: TogetherForm, count: int) -> str:
    is_too_many = count > MOST_TOGETHER
    found = [] if is_too_many else db.session().scalars(_wanted().options(*SHOWN_WITH)).all()
    form.seen.data = _stamp((code.id, code.version) for code in found)
    chosen = [Chosen(code, why_not(code, act.step, g.now)) for code in found]
    return render_template(
        "codes/bulk.html",
        act=act,
        form=form,
        possible=[each for each in chosen if each.refusal is None],
        refused=[each for each in chosen if each.refusal is not None],
        limit=MOST_TOGETHER if is_too_many else None,
        shown_rows=_SHOWN_ROWS,
        back=_back(),
    )


def _result(act: BulkAct, form: TogetherForm) -> str:
    chosen = db.session().scalars(_wanted().with_only_columns(Code.id)).all()
    forms = iter([form])

    taken = take_together(lambda: _work(next(forms, None)), chosen, act.act)
    # What was read before is of an earlier moment.
    db.session().rollback()
    return render_template("codes/bulk_done.html", act=act, results=_named(taken), back=_back())


@contextmanager
def _work(form: TogetherForm | None) -> Iterator[Work]:
    with unit_of_work(form) as work:
        # A form that is sent twice leads there.
        work.location = _back()
        yield work


def _named(taken: Sequence[Taken]) -> list[tuple[Code, DomainError | None]]:
    keys = [each.code_id for each in taken]
    found = db.session().scalars(select(Code).where(Code.id.in_(keys)).options(*SHOWN_WITH))
    known = {code.id: code for code in found}
    return [(known[each.code_id], each.refusal) for each in taken if each.code_id in known]


def _wanted() -> Select[Code]:
    """The codes that the address names, by their issue."""
    if request.args.get("which") == "all":
        return filtered(wanted_codes(), g.now).order_by(Code.id)
    rows = [key_in(text) for text in request.args.getlist("row")]
    keys: list[UUID] = [key for key in rows if key is not None][:MOST_TOGETHER]
    return select(Code).where(Code.id.in_(keys)).order_by(Code.id)


def _stamp(seen: Iterable[Sequence[Any]]) -> str:
    """Codes as they are at a moment: the key and the version of each."""
    text = "|".join(f"{key}.{version}" for key, version in seen)
    return hashlib.sha256(text.encode()).hexdigest()


def _check_seen(seen: str, count: int) -> None:
    """Raises GivingRefused when the page had shown other codes, people or states."""
    if count > MOST_TOGETHER:
        raise GivingRefused(
            None,
            _("At most %(count)s codes are done at once.", count=MOST_TOGETHER),
            way_out=_("Narrow the list, or do it in parts."),
        )
    found = db.session().execute(_wanted().with_only_columns(Code.id, Code.version))
    if seen != _stamp(found):
        raise GivingRefused(
            None,
            _("The list has changed: %(count)s codes fit now.", count=count),
            reason="list_changed",
            way_out=_("Look at them again below, then confirm."),
        )


def _back() -> str:
    """The list as it was narrowed."""
    kept: dict[str, Any] = {name: value for name, value in asked_here().items() if name not in _OWN}
    return url_for("codes.index", **kept)


_OWN = frozenset({"act", "which", "row"})
