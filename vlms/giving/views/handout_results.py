"""Pages of what became of a handout: given, skipped, failed; tried again, taken back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from vlms.codes.rules.shown_state import word
from vlms.codes.views.blueprint import made_at
from vlms.codes.views.filters import key_in
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.giving.exports.handouts import result_table, why
from vlms.giving.handout_job import GIVE, TAKE_BACK, plan_handout, summary
from vlms.giving.handout_words import ACT_WORDS
from vlms.giving.models.handouts import Handout
from vlms.giving.queries.arrivals import mails_of, result_of
from vlms.giving.queries.handouts import (
    RowFilter,
    count_codes,
    count_outcomes,
    last_final_at,
    search_rows,
)
from vlms.giving.rules.handouts import Outcome
from vlms.giving.service.handout_confirming import begin_undo, retry
from vlms.giving.service.handout_giving import give_next, take_back_next
from vlms.giving.views.handout_review import LONG_HANDOUT
from vlms.giving.views.handouts import Answer, handouts, own_handout
from vlms.jobs.exporting import Export, add_export, send_or_plan
from vlms.jobs.notes import follow
from vlms.jobs.pieces import Progress, take_all_pieces
from vlms.web.access import requires
from vlms.web.confirming import Question, confirmed
from vlms.web.forms import Form
from vlms.web.pages import listing
from vlms.web.unit_of_work import answer, unit_of_work

__all__ = ["handouts"]
TakeNext = Callable[[Work, UUID], Progress]
_TAKE: dict[str, TakeNext] = {GIVE: give_next, TAKE_BACK: take_back_next}


@handouts.get("/<uuid:handout_id>/result")
@requires(Permission.ASSIGN_CODES)
def result(handout_id: UUID) -> str | Response:
    """What became of each row, each with why; `outcome` shows some alone."""
    handout, session = own_handout(handout_id), db.session()
    if handout.confirmed_at is None:
        return redirect(url_for(".review", handout_id=handout_id))
    wanted = request.args.get("outcome", "")
    outcome = Outcome(wanted) if wanted in set(Outcome) else None
    shown = RowFilter(outcome=outcome, is_waiting=wanted == "waiting")
    counts = count_outcomes(session, handout.id)
    found = search_rows(session, handout.id, shown, listing("position"))
    given = [row.code_id for row in found.rows if row.outcome is Outcome.GIVEN and row.code_id]
    return render_template(
        "handouts/result.html",
        handout=handout,
        act=ACT_WORDS[handout.act],
        counts=counts,
        summary=summary(counts),
        wanted=wanted,
        found=found,
        mails=mails_of(session, given),
        states=count_codes(session, handout.id),
        final_at=last_final_at(session, handout.id),
        why=why,
    )


@handouts.post("/<uuid:handout_id>/retry")
@requires(Permission.ASSIGN_CODES)
def try_again(handout_id: UUID) -> Response:
    """Give another turn to those that failed and were put right."""
    form = Form()
    form.validate_on_submit()
    with unit_of_work(form) as work:
        own = own_handout(handout_id, work.session)
        count = retry(work, own)
        is_by_job = _begin(work, own, GIVE, count)
    _finish(handout_id, GIVE, is_by_job)
    return answer(work, _("Those that failed were tried again."))


@handouts.post("/<uuid:handout_id>/go-on")
@requires(Permission.ASSIGN_CODES)
def go_on(handout_id: UUID) -> Response:
    """Do what is left of it, after it was interrupted."""
    form = Form()
    form.validate_on_submit()
    with unit_of_work(form) as work:
        own = own_handout(handout_id, work.session)
        kind = GIVE if own.undone_at is None else TAKE_BACK
        is_by_job = _begin(work, own, kind, own.row_count)
    _finish(handout_id, kind, is_by_job)
    return answer(work, _("It goes on where it was interrupted."))


@handouts.route("/<uuid:handout_id>/undo", methods=["GET", "POST"])
@requires(Permission.ASSIGN_CODES)
def undo(handout_id: UUID) -> Answer:
    """Take the whole of it back, while it is reserved or can be called back (C2)."""
    handout = own_handout(handout_id)
    is_by_job = handout.row_count > LONG_HANDOUT

    def act(work: Work) -> None:
        own = own_handout(handout_id, work.session)
        begin_undo(work, own)
        _begin(work, own, TAKE_BACK, own.row_count)

    return confirmed(
        _question(handout),
        act,
        _("What could be taken back is taken back."),
        lambda: _finish(handout_id, TAKE_BACK, is_by_job),
    )


def _begin(work: Work, handout: Handout, kind: str, count: int) -> bool:
    """Leave it to a job where it takes long; whether it was."""
    work.location = url_for(".result", handout_id=handout.id)
    if count > LONG_HANDOUT:
        work.location = follow(plan_handout(work, handout, kind))
    return count > LONG_HANDOUT


def _finish(handout_id: UUID, kind: str, is_by_job: bool) -> None:
    if not is_by_job:
        take_all_pieces(unit_of_work, lambda work: _TAKE[kind](work, handout_id))


def _question(handout: Handout) -> Question:
    counts = count_outcomes(db.session(), handout.id)
    states = count_codes(db.session(), handout.id)
    return Question(
        _("Take this handout back?"),
        str(_("Give to many")),
        [
            (_("Got a code"), counts.get(Outcome.GIVEN, 0)),
            *((word(state), count) for state, count in states.items()),
        ],
        (
            (_("Codes that are only reserved, or in their delay, are available again."), "C2"),
            (_("What is assigned stays with its person; the result says so row by row."), "C2"),
        ),
        _("Take it back"),
        "arrow-back-up",
        url_for(".result", handout_id=handout.id),
        takes_away=True,
    )


@handouts.get("/results.<form>")
@requires(Permission.ASSIGN_CODES)
def results(form: str) -> Response:
    """All rows of a `handout` with what became of each, as a file."""
    return send_or_plan(RESULTS, form)


def _wanted(session: Session) -> Handout:
    key = key_in(request.args.get("handout"))
    if key is None:
        raise NotFound
    return own_handout(key, session)


RESULTS = add_export(
    Export(
        "handout-result",
        _("Result of a handout"),
        lambda session: _wanted(session).row_count,
        lambda session: result_table(result_of(session, _wanted(session)), made_at()),
    )
)
