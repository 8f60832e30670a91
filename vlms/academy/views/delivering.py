"""Pages on which exams are started, missed, cancelled, reversed; candidates and results (A2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import g, render_template, request, url_for
from werkzeug.wrappers import Response

from vlms.academy.errors import SomeRefused
from vlms.academy.forms.sittings import ReasonForm, TableForm
from vlms.academy.models.sittings import ExamSeat, Sitting
from vlms.academy.queries.sittings import get_sitting
from vlms.academy.rules.seat_state import SeatState, SeatStep
from vlms.academy.service import identifying, results
from vlms.academy.service import seats as seating
from vlms.academy.service.seats import check_reversal
from vlms.academy.sitting_acts import check_step
from vlms.academy.sitting_words import PASS_WORDS, SEAT_WORDS
from vlms.academy.views.sittings import look, show_page, sittings
from vlms.core.errors import BadInput, DomainError, NotFound
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.body_fields import takes
from vlms.web.errors import status_of
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Step:
    """A button of the table of candidates: what its page asks, says, and what was done."""

    title: Text
    effects: Sequence[tuple[Text, str | None]]
    done: Text
    picture: str
    colour: str = "btn-danger"


_FREE_AGAIN = (_("Each of these exams is free in the quota again, for whoever needs it."), "A2")
_STEPS = {
    SeatStep.START: Step(
        _("Start the exams"),
        (
            (_("Each of these exams is consumed from the quota for good."), "A2"),
            (_("A start that was a mistake is reversed by who schedules, for some days."), "A2"),
        ),
        _("The exams are started, and consumed from the quota."),
        "check",
        "btn-primary",
    ),
    SeatStep.NO_SHOW: Step(
        _("They did not come"),
        (_FREE_AGAIN, (_("Who comes after all needs a new sitting."), "A2")),
        _("The no-shows are recorded; their exams went back to the quota."),
        "user",
    ),
    SeatStep.CANCEL: Step(
        _("Cancel the seats"),
        (_FREE_AGAIN, (_("The candidates' seats stay in the list, with the reason."), None)),
        _("The seats are cancelled; their exams went back to the quota."),
        "ban",
    ),
}


def refuse_each(form: Form, refusal: DomainError) -> None:
    """Show the refusal, and of several candidates each one's own."""
    form.refuse(refusal)
    if isinstance(refusal, SomeRefused):
        form.refusals.extend(named(name, one) for _key, name, one in refusal.refused)


def named(name: str, refusal: DomainError) -> DomainError:
    """A candidate's refusal with their name in front."""
    sentence = _("%(name)s: %(refusal)s", name=name, refusal=str(refusal.sentence))
    return DomainError(
        refusal.rule, sentence, reason=refusal.reason, way_out=refusal.way_out, ask=refusal.ask
    )


def status_for(form: Form) -> int:
    if form.refusals:
        return status_of(form.refusals[0])
    return 422 if form.errors else 200


@sittings.post("/<uuid:sitting_id>/deliver")
@requires(Permission.DELIVER_EXAMS)
@takes("act", "confirmed", "seat")
def deliver(sitting_id: UUID) -> Answer:
    """Start, miss or cancel all that are ticked: `act` says which.

    Without `confirmed` nothing is done: a page names them all, and asks once for all of them.
    """
    sitting = get_sitting(look(), sitting_id)
    step = _step(request.form.get("act", ""))
    form = ReasonForm() if step is SeatStep.CANCEL else Form()
    seats: list[ExamSeat] = []
    try:
        seats = seating.chosen(sitting, _ticked())
        if "confirmed" not in request.form:
            check_step(look(), sitting, seats, step)
            fresh = ReasonForm(formdata=None) if step is SeatStep.CANCEL else Form(formdata=None)
            return _confirmation(sitting, seats, step, fresh), 200
        if form.validate_on_submit():
            with unit_of_work(form) as work:
                work.location = url_for(".show", sitting_id=sitting_id)
                _deliver(work, sitting_id, step, form)
            return answer(work, _STEPS[step].done)
    except DomainError as refusal:
        refuse_each(form, refusal)
    if form.errors and seats:
        return _confirmation(sitting, seats, step, form), 422
    ticked = frozenset(request.form.getlist("seat"))
    return show_page(sitting, form, ticked), status_for(form)


def _confirmation(sitting: Sitting, seats: Sequence[ExamSeat], step: SeatStep, form: Form) -> str:
    """Names those who are chosen, and those of whom nothing is said yet."""
    others = [seat for seat in _in(sitting, SeatState.RESERVED) if seat not in seats]
    return render_template(
        "sittings/deliver.html",
        form=form,
        sitting=sitting,
        seats=sorted(seats, key=lambda seat: (seat.person.search_name, seat.id)),
        others=others,
        act=step.value,
        step=_STEPS[step],
    )


def _step(word: str) -> SeatStep:
    """Raises BadInput for a button that is none of the page's."""
    if word not in {step.value for step in _STEPS}:
        raise BadInput(None, _("Choose what to do with the candidates."), reason="unreadable")
    return SeatStep(word)


def _deliver(work: Work, sitting_id: UUID, step: SeatStep, form: Form) -> None:
    keys = _ticked()
    if step is SeatStep.START:
        seating.start(work, sitting_id, keys)
    elif step is SeatStep.NO_SHOW:
        seating.no_show(work, sitting_id, keys)
    elif isinstance(form, ReasonForm):
        seating.cancel(work, sitting_id, keys, form.reason.value)


def _ticked() -> list[UUID]:
    try:
        return [UUID(key) for key in request.form.getlist("seat")]
    except ValueError:
        raise NotFound(None, _("There is no such seat in this sitting.")) from None


@sittings.route("/<uuid:sitting_id>/candidates", methods=["GET", "POST"])
@requires(Permission.DELIVER_EXAMS)
@takes("legal_name-<key>", "provider_account-<key>", "is_minor-<key>", "consent_on-<key>")
def candidates(sitting_id: UUID) -> Answer:
    form = TableForm()

    def act(work: Work, seats: list[ExamSeat]) -> None:
        identifying.correct(work, sitting_id, form.read_identities(request.form, seats))

    return _table("sittings/candidates.html", sitting_id, form, SeatState.RESERVED, act)


@sittings.route("/<uuid:sitting_id>/results", methods=["GET", "POST"])
@requires(Permission.DELIVER_EXAMS)
@takes("score-<key>", "has_passed-<key>")
def results_table(sitting_id: UUID) -> Answer:
    form = TableForm()

    def act(work: Work, seats: list[ExamSeat]) -> None:
        results.record_results(work, sitting_id, form.read_results(request.form, seats))

    return _table("sittings/results_table.html", sitting_id, form, SeatState.STARTED, act)


def _table(
    template: str,
    sitting_id: UUID,
    form: TableForm,
    state: SeatState,
    act: Callable[[Work, list[ExamSeat]], None],
) -> Answer:
    """A page with a table of the seats in a state: shown, or what was typed in it done once."""
    sitting = get_sitting(look(), sitting_id)
    seats = _in(sitting, state)
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                work.location = url_for(".show", sitting_id=sitting_id)
                # What the page showed; a seat that has moved on since is refused by its step.
                act(work, [seat for seat in seats if _was_shown(seat)])
        except DomainError as refusal:
            refuse_each(form, refusal)
        else:
            return answer(work, _("Saved."))
    page = render_template(
        template,
        sitting=sitting,
        seats=seats,
        form=form,
        sent=request.form,
        seat_words=SEAT_WORDS,
        pass_words=PASS_WORDS,
    )
    return page, status_for(form)


def _in(sitting: Sitting, state: SeatState) -> list[ExamSeat]:
    found = [seat for seat in sitting.seats if seat.state is state]
    return sorted(found, key=lambda seat: (seat.person.search_name, seat.id))


def _was_shown(seat: ExamSeat) -> bool:
    return any(name.endswith(str(seat.id)) for name in request.form)


@sittings.route("/<uuid:sitting_id>/seats/<uuid:seat_id>/reverse", methods=["GET", "POST"])
@requires(Permission.SCHEDULE_EXAMS)
def reverse(sitting_id: UUID, seat_id: UUID) -> Answer:
    sitting = get_sitting(look(), sitting_id)
    seat = next((one for one in sitting.seats if one.id == seat_id), None)
    if seat is None:
        raise NotFound(None, _("There is no such seat in this sitting."))
    form = ReasonForm()
    if not form.is_submitted():
        check_reversal(seat, sitting, g.now)
    return reasoned(
        form,
        sitting,
        lambda work: seating.reverse(work, sitting_id, seat_id, form.reason.value),
        (_("Reverse the start"), _("The start is reversed; its exam went back to the quota.")),
        seat=seat,
    )


def reasoned(
    form: ReasonForm,
    sitting: Sitting,
    act: Callable[[Work], object],
    words: tuple[Text, Text],
    seat: ExamSeat | None = None,
) -> Answer:
    """A page that asks for the reason of an act: shown, or the act done once."""
    title, done = words
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                work.location = url_for(".show", sitting_id=sitting.id)
                act(work)
        except DomainError as refusal:
            refuse_each(form, refusal)
        else:
            return answer(work, done)
    page = render_template(
        "sittings/reason.html", form=form, sitting=sitting, seat=seat, title=title
    )
    return page, status_for(form)
