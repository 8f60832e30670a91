"""Answers to a voucher request: the same for the admin's pages and for the manager's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import url_for
from werkzeug.wrappers import Response

from vlms.core.errors import DomainError
from vlms.core.scope import Scope
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.giving.forms.requests import ApproveForm, RefuseForm
from vlms.giving.models.requests import VoucherRequest
from vlms.giving.queries.requests import get_request
from vlms.giving.request_words import ASK_WORDS
from vlms.giving.service.requests import refuse as refuse_request
from vlms.web.errors import status_of
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work

Answer = str | Response | tuple[str, int]
Act = Callable[[Work, VoucherRequest], object]


@dataclass(frozen=True)
class AnswerPage:
    """Where a request is answered: its endpoint, and how it is shown with a form just sent.

    `scope` tells whose requests may be answered there; None: those of the workspace.
    """

    endpoint: str
    show: Callable[[UUID, Form | None], str]
    scope: Callable[[], Scope | None] = lambda: None

    def approve(self, form: ApproveForm, request_id: UUID, act: Act) -> Answer:
        return self._carry_out(form, request_id, act, _("The request is approved."))

    def refuse(self, request_id: UUID) -> Answer:
        form = RefuseForm()

        def act(work: Work, found: VoucherRequest) -> object:
            return refuse_request(work, found, form.reason.value)

        return self._carry_out(form, request_id, act, _("The request is refused."))

    def _carry_out(self, form: Form, request_id: UUID, act: Act, message: Text) -> Answer:
        if form.validate_on_submit():
            try:
                with unit_of_work(form, scope=self.scope()) as work:
                    work.location = url_for(self.endpoint, voucher_request_id=request_id)
                    act(work, get_request(work.session, request_id))
            except DomainError as refusal:
                form.refuse(refusal)
            else:
                return answer(work, message)
        status = status_of(form.refusals[0]) if form.refusals else 422
        return self.show(request_id, form), status


def answer_forms(sent: Form | None) -> dict[str, object]:
    """What a template shows of the two forms: empty ones, but for the one just sent."""
    return {
        "approve_form": sent if isinstance(sent, ApproveForm) else ApproveForm(formdata=None),
        "refuse_form": sent if isinstance(sent, RefuseForm) else RefuseForm(formdata=None),
        "sent": sent,
        "states": ASK_WORDS,
    }
