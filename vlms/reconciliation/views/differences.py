"""Pages of one difference, and of a step on several of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, render_template, url_for
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.core.db import db
from vlms.core.errors import BadInput, DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _, ngettext
from vlms.core.work import Work
from vlms.reconciliation.difference_words import (
    KIND_WORDS,
    RULE_WORDS,
    SIDE_WORDS,
    VALUE_WORDS,
)
from vlms.reconciliation.forms.reconciliation import NoteForm, OwnerForm, StepForm
from vlms.reconciliation.models.differences import Difference
from vlms.reconciliation.models.periods import PeriodState
from vlms.reconciliation.paper import amount_of, cause_of, line_of
from vlms.reconciliation.queries.differences import (
    get_difference,
    list_keys,
    list_notes,
    list_owners,
)
from vlms.reconciliation.queries.periods import get_period
from vlms.reconciliation.rules.differences import DifferenceState, MatchRule
from vlms.reconciliation.rules.settling import WORDS, next_states
from vlms.reconciliation.service.settling import (
    Step,
    comment,
    give_to,
    settle,
    settle_together,
)
from vlms.reconciliation.views.reconciliation import (
    asked_filter,
    queue_page,
    reconciliation,
    ticked,
)
from vlms.web.access import requires
from vlms.web.forms import Form
from vlms.web.pages import wanted
from vlms.web.unit_of_work import answer, unit_of_work

_TOGETHER = (
    DifferenceState.ACCEPTED,
    DifferenceState.DISPUTED,
    DifferenceState.WRITTEN_OFF,
    DifferenceState.CLOSED,
)
# So many at once; more are done in parts, narrowed by a filter.
MOST_TOGETHER = 1_000


@reconciliation.route("/differences/<uuid:difference_id>", methods=["GET", "POST"])
@requires(Permission.RECONCILE)
def difference(difference_id: UUID) -> str | Response | tuple[str, int]:
    """Both sides, the probable cause, and what was said and decided."""
    one = get_difference(db.session(), difference_id)
    form = StepForm()
    form.offer_states(next_states(one.state))
    if form.validate_on_submit():
        step = _step(form)
        try:
            with unit_of_work(form) as work:
                settle(work, difference_id, step)
                work.location = url_for(".difference", difference_id=difference_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("It is %(state)s.", state=WORDS[step.state]))
    return _shown(one, form), 422 if form.is_refused else 200


def _step(form: StepForm) -> Step:
    return Step(DifferenceState(form.state.value), form.reason.value or "", form.reference.value)


def _shown(one: Difference, form: StepForm) -> str:
    session = db.session()
    people = list_owners(one.reseller_id)
    owner = OwnerForm(owner=str(one.owner_id or ""))
    owner.offer_people(people)
    period = get_period(session, one.period_id)
    return render_template(
        "reconciliation/difference.html",
        one=one,
        period=period,
        is_open=period.state is PeriodState.OPEN,
        title=line_of(one),
        amount=amount_of(one),
        cause=cause_of(one),
        rule=RULE_WORDS[MatchRule(one.matched_by)] if one.matched_by else None,
        values=[
            (name, word, _value(one.ours, name), _value(one.theirs, name))
            for name, word in VALUE_WORDS.items()
            if name in (one.ours or {}) or name in (one.theirs or {})
        ],
        words={"kind": KIND_WORDS, "side": SIDE_WORDS, "state": WORDS},
        form=form,
        note=NoteForm(),
        owner=owner,
        owners=people,
        notes=list_notes(session, one.id),
        entries=journal_of(one.id),
    )


def _value(side: Mapping[str, Any] | None, name: str) -> object:
    """A compared value; a day as a day."""
    found = (side or {}).get(name)
    return date.fromisoformat(found) if found and name in ("start", "end") else found


@reconciliation.post("/differences/<uuid:difference_id>/note")
@requires(Permission.RECONCILE)
def note(difference_id: UUID) -> Response:
    form = NoteForm()
    return _done(
        form, difference_id, lambda work: comment(work, difference_id, form.note.value or "")
    )


@reconciliation.post("/differences/<uuid:difference_id>/owner")
@requires(Permission.RECONCILE)
def owner(difference_id: UUID) -> Response:
    form = OwnerForm()
    one = get_difference(db.session(), difference_id)
    form.offer_people(list_owners(one.reseller_id))
    chosen = form.owner.data
    key = UUID(chosen) if chosen else None
    return _done(form, difference_id, lambda work: give_to(work, difference_id, key))


def _done(form: Form, difference_id: UUID, act: Callable[[Work], object]) -> Response:
    """Do one small thing, and lead back to the difference."""
    if not form.validate_on_submit():
        raise BadInput(None, _("The form is incomplete."), way_out=_("Go back, and fill it in."))
    with unit_of_work(form) as work:
        act(work)
        work.location = url_for(".difference", difference_id=difference_id)
    return answer(work, _("It is written down."))


@reconciliation.route("/<uuid:period_id>/together", methods=["GET", "POST"])
@requires(Permission.RECONCILE)
def together(period_id: UUID) -> str | Response | tuple[str, int]:
    """The same step on those that are ticked, or on all that the filters leave."""
    ids = _chosen(period_id)
    form = StepForm(state=wanted("act"))
    form.offer_states(_TOGETHER)
    if form.validate_on_submit():
        step = _step(form)
        try:
            with unit_of_work(form) as work:
                work.location = url_for(".period", period_id=period_id)
                done, refused = settle_together(work, ids, step)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            if refused:
                flash(str(_left_out(len(refused))), "warning")
            said = ngettext("%(number)s difference is done.", "%(number)s are done.", done)
            return answer(work, said)
    period = get_period(db.session(), period_id)
    page = render_template("reconciliation/together.html", form=form, period=period, ids=ids)
    return page, 422 if form.is_refused else 200


def _left_out(count: int) -> Text:
    return ngettext(
        "%(number)s was left as it is: it is settled already.",
        "%(number)s were left as they are: they are settled already.",
        count,
    )


def _chosen(period_id: UUID) -> list[UUID]:
    """The ticked rows, or all of the queue as it is narrowed; never more than can be done."""
    asked = asked_filter(queue_page())
    rows = None if wanted("which") == "all" else ticked()
    return list_keys(db.session(), period_id, asked, rows, MOST_TOGETHER)


__all__ = ["reconciliation"]
