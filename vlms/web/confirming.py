"""The page before a change: what will happen, to whom, by which rule, and a way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import render_template
from werkzeug.wrappers import Response

from vlms.core.errors import DomainError
from vlms.core.text import Text
from vlms.core.work import Work
from vlms.web.errors import status_of
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work

Facts = Sequence[tuple[Text, object]]


@dataclass(frozen=True)
class Hindrance:
    """Why the change would be refused now, and the page where that is mended."""

    sentence: Text
    way_out: Text
    label: Text
    address: str


@dataclass(frozen=True)
class Question:
    """What its page says; each effect stands with its rule, if there is one.

    `back` is the page that is shown when nothing is changed; `takes_away` colours the button;
    while there is a `hindrance` the way to its end stands in the button's place.
    """

    title: Text
    of: str
    facts: Facts
    effects: Sequence[tuple[Text, str | None]]
    button: Text
    picture: str
    back: str
    takes_away: bool = False
    hindrance: Hindrance | None = None


def confirmed(
    question: Question,
    act: Callable[[Work], object],
    message: Text,
    then: Callable[[], object] = lambda: None,
    form: Form | None = None,
) -> str | Response | tuple[str, int]:
    """Ask the question, or do the act once when it was answered; `act` sets the location.

    `then` is what follows in units of work of its own; `form` has what is asked besides.
    """
    form = Form() if form is None else form
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                work.location = question.back
                act(work)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            then()
            return answer(work, message)
    page = render_template("confirm.html", form=form, question=question)
    if form.refusals:
        return page, status_of(form.refusals[0])
    return page, 422 if form.errors else 200
