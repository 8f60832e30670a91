"""The same step on many codes: on those that were ticked, or on all that a filter leaves.

What was confirmed is done at once, or by a job; either leads to the page of its result.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from sqlalchemy import Select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from vlms.codes.actions import why_not
from vlms.codes.bulk_job import plan_steps
from vlms.codes.bulk_models import BulkRun
from vlms.codes.bulk_queries import (
    count_run,
    get_run,
    last_final_at,
    left_out_of,
    list_run_codes,
    list_whole_run,
)
from vlms.codes.errors import GivingRefused
from vlms.codes.exports import bulk_table
from vlms.codes.forms import AssignTogetherForm, TogetherForm
from vlms.codes.list_queries import codes_like, codes_with, list_first, list_versions
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import Step
from vlms.codes.service.together import STEPS, Act, Seen, take_all, write_down
from vlms.codes.views.blueprint import codes, made_at
from vlms.codes.views.filters import key_in, wanted_codes
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.once import check_first_time
from vlms.core.permissions import Permission
from vlms.core.text import Text, _, ngettext
from vlms.jobs.exporting import Export, add_export, send_or_plan
from vlms.jobs.notes import follow
from vlms.web.access import requires
from vlms.web.addresses import asked_here
from vlms.web.unit_of_work import unit_of_work

# So many are asked for at once at most; of more than `LOOKED_AT` the page looks at the first.
MOST_TOGETHER = 50_000
LOOKED_AT = 2_000
# 2026-11: a step takes about 10 ms; whoever asks for more need not wait for the answer.
LONG_TOGETHER = 200
_SHOWN_ROWS = 200


WhyNot = Callable[[Session, Sequence[Code], datetime], Mapping[UUID, DomainError]]


def why_no_step(step: Step) -> WhyNot:
    """Says of which codes an admin cannot take a step now."""

    def look(_session: Session, found: Sequence[Code], now: datetime) -> Mapping[UUID, DomainError]:
        refused = ((code.id, why_not(code, step, now)) for code in found)
        return {code_id: refusal for code_id, refusal in refused if refusal is not None}

    return look


@dataclass(frozen=True)
class BulkAct:
    """An act that can be done with many codes, and what its pages say.

    `why_not` says with which it cannot be done now; `back` is the list that it begins on.
    """

    why_not: WhyNot
    title: Text
    question: Text
    effect: Text
    picture: str
    permission: Permission = Permission.ASSIGN_CODES
    rule: str | None = "C2"
    back: str = "codes.index"


ACTS: dict[str, BulkAct] = {
    "assign": BulkAct(
        why_no_step(Step.START_ASSIGN),
        _("Assign"),
        _("Assign these codes to the people for whom they are reserved?"),
        _("Each person gets a mail with a link. Once an assignment is final nothing moves."),
        "user-check",
    ),
    "release": BulkAct(
        why_no_step(Step.RELEASE),
        _("Release"),
        _("Release these reservations?"),
        _("The codes are available again; nobody is told, for nobody was."),
        "arrow-back-up",
    ),
    "call-back": BulkAct(
        why_no_step(Step.CALL_BACK),
        _("Call back"),
        _("Call these assignments back?"),
        _("The codes stay reserved for the same people, and no mail goes out."),
        "arrow-back-up",
    ),
}


def bulk_acts() -> list[tuple[str, Text, str]]:
    """The acts that the visitor may take on several codes: word, title, picture."""
    allowed = ((word, act) for word, act in ACTS.items() if g.actor.may(act.permission))
    return [(word, act.title, act.picture) for word, act in allowed]


def add_bulk_act(word: str, act: BulkAct, take: Act) -> None:
    """What a domain above does with many codes; `take` does it with one."""
    ACTS[word], STEPS[word] = act, take


@dataclass(frozen=True)
class Chosen:
    """A code that was chosen, and why the step cannot be taken on it, if so."""

    code: Code
    refusal: DomainError | None


@codes.route("/together", methods=["GET", "POST"])
@requires(Permission.ASSIGN_CODES)
def bulk() -> str | tuple[str, int] | Response:
    """Says what would happen to which codes; then does it, if they are still as they were.

    The address says which: `act`, and `which=all` with the list's filters, `which=left` with
    the `run` that left them out, or `row` for each.
    """
    word = request.args.get("act", "")
    if word not in ACTS:
        raise NotFound
    g.actor.require(ACTS[word].permission)
    form = AssignTogetherForm() if word == "assign" else TogetherForm()
    if form.validate_on_submit():
        check_first_time(db.session(), form.once())
        try:
            return _begin(word, form)
        except DomainError as refusal:
            form.refuse(refusal)
    return _confirm(ACTS[word], form), 422 if form.is_refused else 200


def _confirm(act: BulkAct, form: TogetherForm) -> str:
    seen = _seen(db.session())
    found: Sequence[Code] = []
    if len(seen) <= MOST_TOGETHER:
        form.seen.data = _stamp(seen)
        most = LOOKED_AT if len(seen) <= LOOKED_AT else _SHOWN_ROWS
        found = list_first(db.session(), _wanted(), most)
    refused = act.why_not(db.session(), found, g.now)
    chosen = [Chosen(code, refused.get(code.id)) for code in found]
    return render_template(
        "codes/bulk.html",
        act=act,
        form=form,
        count=len(seen),
        possible=[each for each in chosen if each.refusal is None],
        refused=[each for each in chosen if each.refusal is not None],
        limit=MOST_TOGETHER if len(seen) > MOST_TOGETHER else None,
        shown_rows=_SHOWN_ROWS,
        is_by_job=len(seen) > LONG_TOGETHER,
        back=_back(act),
    )


def _begin(word: str, form: TogetherForm) -> Response:
    """Write down what was confirmed, and do it; of very many, let a job do it."""
    with unit_of_work(form) as work:
        seen = _seen(work.session)
        _check_seen(form.seen.data or "", seen)
        named = form.cost_centre.value if isinstance(form, AssignTogetherForm) else None
        run = write_down(work, word, seen, named)
        is_by_job = len(seen) > LONG_TOGETHER
        if is_by_job:
            work.location = follow(plan_steps(work, run, _title(ACTS[word], len(seen))))
        else:
            work.location = url_for(".bulk_done", run_id=run.id, **_kept())
    if not is_by_job:
        take_all(unit_of_work, run.id)
    return redirect(work.location)


def _title(act: BulkAct, count: int) -> Text:
    return ngettext("%(act)s: %(number)s code", "%(act)s: %(number)s codes", count, act=act.title)


def _wanted() -> Select[Code]:
    """The codes that the address names, by their issue."""
    which = request.args.get("which")
    if which == "all":
        return codes_like(wanted_codes(), g.now)
    run_id = key_in(request.args.get("run"))
    if which == "left" and run_id is not None:
        get_run(db.session(), run_id, g.actor)
        return codes_with(left_out_of(run_id))
    rows = [key_in(text) for text in request.args.getlist("row")]
    keys: list[UUID] = [key for key in rows if key is not None][:LOOKED_AT]
    return codes_with(keys)


def _seen(session: Session) -> list[Seen]:
    """The codes as they are now; one more than may be, if there are."""
    return [Seen(*row) for row in list_versions(session, _wanted(), MOST_TOGETHER + 1)]


def _stamp(seen: Iterable[Seen]) -> str:
    """Codes as they are at a moment: the key and the version of each."""
    text = "|".join(f"{each.code_id}.{each.version}" for each in seen)
    return hashlib.sha256(text.encode()).hexdigest()


def _check_seen(stamp: str, seen: Sequence[Seen]) -> None:
    """Raises GivingRefused when the page had shown other codes, people or states."""
    if len(seen) > MOST_TOGETHER:
        raise GivingRefused(
            None,
            _("At most %(count)s codes are done at once.", count=MOST_TOGETHER),
            way_out=_("Narrow the list, or do it in parts."),
        )
    if stamp != _stamp(seen):
        raise GivingRefused(
            None,
            _("The list has changed: %(count)s codes fit now.", count=len(seen)),
            reason="list_changed",
            way_out=_("Look at them again below, then confirm."),
        )


def _kept() -> dict[str, Any]:
    """The list's own arguments."""
    return {name: value for name, value in asked_here().items() if name not in _OWN}


def _back(act: BulkAct) -> str:
    """The list as it was narrowed."""
    return url_for(act.back, **_kept())


_OWN = frozenset({"act", "which", "row", "run", "run_id"})


@codes.get("/together/<uuid:run_id>")
@requires(Permission.ASSIGN_CODES)
def bulk_done(run_id: UUID) -> str:
    """On which codes the step was taken, and why not on the others."""
    session = db.session()
    run = get_run(session, run_id, g.actor)
    return render_template(
        "codes/bulk_done.html",
        act=ACTS[run.act],
        run=run,
        counts=count_run(session, run_id),
        left_out=list_run_codes(session, run_id, False, _SHOWN_ROWS),
        waiting=list_run_codes(session, run_id, None, _SHOWN_ROWS),
        taken=list_run_codes(session, run_id, True, _SHOWN_ROWS),
        final_at=last_final_at(session, run_id),
        now=g.now,
        back=_back(ACTS[run.act]),
    )


@codes.get("/together/results.<form>")
@requires(Permission.ASSIGN_CODES)
def bulk_results(form: str) -> Response:
    """All codes of a `run` with what became of each, as a file."""
    return send_or_plan(RESULTS, form)


def _run(session: Session) -> BulkRun:
    run_id = key_in(request.args.get("run"))
    if run_id is None:
        raise NotFound
    return get_run(session, run_id, g.actor)


RESULTS = add_export(
    Export(
        "codes-results",
        _("Results for several codes"),
        lambda session: _run(session).code_count,
        lambda session: bulk_table(
            list_whole_run(session, _run(session).id), ACTS[_run(session).act].title, made_at()
        ),
    )
)
