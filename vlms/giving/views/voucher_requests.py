"""Pages of voucher requests in the workspace: answered by the licensing admin."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.codes.free_queries import Stock, count_free_by_day
from vlms.codes.queries import count_held
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.giving.forms.requests import ApproveForm, LimitForm, RefuseForm
from vlms.giving.models.requests import AskState, VoucherRequest
from vlms.giving.queries.requests import (
    count_asked,
    get_request,
    list_limits,
    place_in_line,
    search_requests,
)
from vlms.giving.request_words import (
    ASK_WORDS,
    LIMIT_WORDS,
    REQUEST_ACTION_WORDS,
    REQUEST_COLUMN_WORDS,
    REQUEST_VALUE_WORDS,
)
from vlms.giving.rules.request_limits import Limit
from vlms.giving.service.request_limits import remove_limit, set_limit
from vlms.giving.service.request_line import approve_and_assign
from vlms.giving.service.requests import approve as approve_request
from vlms.giving.service.requests import refuse as refuse_request
from vlms.web.access import requires
from vlms.web.errors import status_of
from vlms.web.forms import Form
from vlms.web.pages import listing, wanted
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

voucher_requests = Blueprint(
    "voucher_requests", __name__, url_prefix="/o/<organisation>/voucher-requests"
)
add_words(REQUEST_ACTION_WORDS, REQUEST_COLUMN_WORDS, REQUEST_VALUE_WORDS)
Answer = str | Response | tuple[str, int]


@voucher_requests.get("/")
@requires(Permission.VIEW_VOUCHER_REQUESTS)
def index() -> str:
    """The requests under the filter in the address: `state`."""
    asked = wanted("state")
    state = AskState(asked) if asked in list(AskState) else None
    session = db.session()
    return render_template(
        "voucher_requests/index.html",
        found=search_requests(session, state, listing("-asked")),
        asked_count=count_asked(session),
        state=state,
        states=ASK_WORDS,
    )


@voucher_requests.get("/<uuid:voucher_request_id>")
@requires(Permission.VIEW_VOUCHER_REQUESTS)
def show(voucher_request_id: UUID) -> Answer:
    return _show(voucher_request_id)


@voucher_requests.post("/<uuid:voucher_request_id>/approve")
@requires(Permission.ANSWER_VOUCHER_REQUESTS)
def approve(voucher_request_id: UUID) -> Answer:
    form = ApproveForm()

    def act(work: Work, found: VoucherRequest) -> object:
        assigns = form.assigns.data and work.actor.may(Permission.ASSIGN_CODES)
        return (approve_and_assign if assigns else approve_request)(work, found, form.remark.value)

    return _carry_out(form, voucher_request_id, act, _("The request is approved."))


@voucher_requests.post("/<uuid:voucher_request_id>/refuse")
@requires(Permission.ANSWER_VOUCHER_REQUESTS)
def refuse(voucher_request_id: UUID) -> Answer:
    form = RefuseForm()
    return _carry_out(
        form,
        voucher_request_id,
        lambda work, found: refuse_request(work, found, form.reason.value),
        _("The request is refused."),
    )


@voucher_requests.route("/limits", methods=["GET", "POST"])
@requires(Permission.ANSWER_VOUCHER_REQUESTS)
def limits() -> Answer:
    """How many may be asked for in a year, by person and department."""
    form = LimitForm(data={"from_year": str(g.now.year)})
    owner: UUID = g.workspace.organisation_id
    if form.validate_on_submit():
        asked = Limit(form.department.value or "", form.from_year.value, form.most.value)
        try:
            with unit_of_work(form) as work:
                work.location = url_for(".limits")
                set_limit(work, owner, form.asked_kind(), asked)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The limit is set."))
    page = render_template(
        "voucher_requests/limits.html",
        form=form,
        limits=list_limits(db.session(), owner),
        kinds=LIMIT_WORDS,
    )
    return page, 422 if form.is_refused else 200


@voucher_requests.post("/limits/<uuid:limit_id>/remove")
@requires(Permission.ANSWER_VOUCHER_REQUESTS)
def remove(limit_id: UUID) -> Answer:
    form = Form()
    if not form.validate_on_submit():
        return limits()
    with unit_of_work(form) as work:
        work.location = url_for(".limits")
        remove_limit(work, limit_id)
    return answer(work, _("The limit is removed."))


def _carry_out(
    form: Form,
    voucher_request_id: UUID,
    act: Callable[[Work, VoucherRequest], object],
    message: Text,
) -> Answer:
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                work.location = url_for(".show", voucher_request_id=voucher_request_id)
                act(work, get_request(work.session, voucher_request_id))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, message)
    status = status_of(form.refusals[0]) if form.refusals else 422
    return _show(voucher_request_id, form), status


def _show(voucher_request_id: UUID, sent: Form | None = None) -> str:
    session = db.session()
    found = get_request(session, voucher_request_id)
    stock = Stock(found.product_id)
    return render_template(
        "voucher_requests/show.html",
        request_=found,
        is_own=g.actor.user_id in (found.asked_by, found.person.user_id),
        free=count_free_by_day(session, found.organisation_id, stock, g.now),
        held_count=count_held(session, found.person_id, found.product_id, g.now),
        place=place_in_line(session, found) if found.state is AskState.WAITING else None,
        approve_form=sent if isinstance(sent, ApproveForm) else ApproveForm(formdata=None),
        refuse_form=sent if isinstance(sent, RefuseForm) else RefuseForm(formdata=None),
        sent=sent,
        states=ASK_WORDS,
        journal=journal_of(voucher_request_id),
    )
