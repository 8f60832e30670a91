"""Pages of one difference, and of a step on several of them."""

from __future__ import annotations

from uuid import UUID

from flask import flash, render_template, url_for
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _, ngettext
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
    list_notes,
    list_owners,
    wanted_keys,
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
        step = Step(DifferenceState(form.state.value), form.reason.value, form.reference.value)
        try:
            with unit_of_work(form) as work:
                settle(work, difference_id, step)
                work.location = url_for(".difference", difference_id=difference_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("It is %(state)s.", state=WORDS[step.state]))
    return _shown(one, form), 422 if form.is_refused else 200


def _shown(one: Difference, form: StepForm) -> str:
    session = db.session()
    people = list_owners(session, one.reseller_id)
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
            (name, word, (one.ours or {}).get(name), (one.theirs or {}).get(name))
            for name, word in VALUE_WORDS.items()
            if name in (one.ours or {}) or name in (one.theirs or {})
        ],
        words={"kind": KIND_WORDS, "side": SIDE_WORDS, "state": WORDS},
        form=form,
        note=NoteForm(),
        owner=owner,
        owners={each.id: each.name for each in people},
        notes=list_notes(session, one.id),
        entries=journal_of(one.id),
    )


@reconciliation.post("/differences/<uuid:difference_id>/note")
@requires(Permission.RECONCILE)
def note(difference_id: UUID) -> Response:
    form = NoteForm()
    return _done(form, difference_id, lambda work: comment(work, difference_id, form.note.data))


@reconciliation.post("/differences/<uuid:difference_id>/owner")
@requires(Permission.RECONCILE)
def owner(difference_id: UUID) -> Response:
    form = OwnerForm()
    one = get_difference(db.session(), difference_id)
    form.offer_people(list_owners(db.session(), one.reseller_id))
    chosen = form.owner.data
    key = UUID(chosen) if chosen else None
    return _done(form, difference_id, lambda work: give_to(work, difference_id, key))
