"""Pages of voucher requests in the workspace: answered by the licensing admin."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, g, render_template, url_for

from vlms.audit.views import journal_of
from vlms.codes.free_queries import Stock, count_free_by_day
from vlms.codes.queries import count_held
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.giving.forms.requests import ApproveForm, LimitForm
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
from vlms.giving.views.request_answers import Answer, AnswerPage, answer_forms
from vlms.web.access import requires
from vlms.web.forms import Form
from vlms.web.pages import listing, wanted
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

voucher_requests = Blueprint(
    "voucher_requests", __name__, url_prefix="/o/<organisation>/voucher-requests"
)
add_words(REQUEST_ACTION_WORDS, REQUEST_COLUMN_WORDS, REQUEST_VALUE_WORDS)


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

    return _ANSWERS.approve(form, voucher_request_id, act)


@voucher_requests.post("/<uuid:voucher_request_id>/refuse")
@requires(Permission.ANSWER_VOUCHER_REQUESTS)
def refuse(voucher_request_id: UUID) -> Answer:
    return _ANSWERS.refuse(voucher_request_id)


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
        **answer_forms(sent),
        journal=journal_of(voucher_request_id),
    )


_ANSWERS = AnswerPage(".show", _show)
