"""Pages of Imagine Academy: grants, what is used of them, and requests for discounts (A3)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.academy.benefit_words import REQUEST_WORDS
from vlms.academy.benefits import benefits as all_benefits
from vlms.academy.benefits import get_benefit
from vlms.academy.forms.benefits import AnswerForm, RefusalForm, TakeForm
from vlms.academy.models.benefits import BenefitRequest
from vlms.academy.queries.benefits import (
    GrantFilter,
    benefit_use,
    get_grant,
    get_request,
    list_requests,
    search_grants,
    today_of,
    voucher_use,
)
from vlms.academy.queries.people import named_person
from vlms.academy.service.benefits import (
    grant_benefit,
    refuse_benefit,
    take_benefit,
)
from vlms.academy.service.benefits import reveal as reveal_code
from vlms.audit.views import journal_of
from vlms.core import scope
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.web.access import requires
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing, wanted
from vlms.web.unit_of_work import answer, unit_of_work

benefits = Blueprint("benefits", __name__, url_prefix="/o/<organisation>/imagine-academy")

Answer = str | Response | tuple[str, int]
HEADINGS = (
    Heading("number", _("Grant"), "number", "nowrap"),
    Heading("organisation", _("Organisation")),
    Heading("agreement", _("Agreement"), look="nowrap"),
    Heading("used", _("Used"), look="number"),
    Heading("reserved", _("Reserved"), look="number"),
    Heading("free", _("Free"), look="number"),
    Heading("last_day", _("Last day"), "last_day", "nowrap"),
    Heading("standing", _("Standing")),
)


@benefits.get("/")
@requires(Permission.VIEW_BENEFITS)
def index() -> str:
    """The grants, and the requests that wait for an answer."""
    running = g.now if wanted("running") == "1" else None
    found = search_grants(db.session(), GrantFilter(running=running), listing("-last_day"))
    return render_template(
        "benefits/index.html",
        list=ListPage("benefits.index", _headings(), _filters()),
        found=found,
        use={pack.id: voucher_use(pack, g.now) for pack in found.rows},
        waiting=list_requests(db.session(), waiting=True),
        benefit_of=_benefit_of,
    )


def _headings() -> Sequence[Heading]:
    is_one = isinstance(g.scope, scope.Organisation)
    return [each for each in HEADINGS if not is_one or each.name != "organisation"]


def _filters() -> Sequence[Filter]:
    return (Filter("running", _("Only grants that run"), {"1": _("yes")}, is_tick=True),)


def _benefit_of(request: BenefitRequest) -> object:
    return get_benefit(request.benefit_key).name


@benefits.get("/grants/<uuid:pack_id>")
@requires(Permission.VIEW_BENEFITS)
def show(pack_id: UUID) -> str:
    pack = get_grant(db.session(), pack_id)
    return render_template(
        "benefits/show.html",
        pack=pack,
        use=voucher_use(pack, g.now),
        is_usable=pack.usable_at <= g.now < pack.expires_at,
        days_left=max((pack.last_day - today_of(pack, g.now)).days, 0),
        benefits=benefit_use(db.session(), pack.id),
        requests=list_requests(db.session(), pack.id),
        benefit_of=_benefit_of,
        words=REQUEST_WORDS,
        entries=journal_of(pack.id),
    )


@benefits.route("/grants/<uuid:pack_id>/take", methods=["GET", "POST"])
@requires(Permission.ASK_BENEFITS)
def take(pack_id: UUID) -> Answer:
    """A benefit for a person; `benefit` in the address chooses it beforehand."""
    pack = get_grant(db.session(), pack_id)
    form = TakeForm(benefit=wanted("benefit"))
    form.benefit.offer([(one.key, one.name) for one in all_benefits()])
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                person = named_person(work.session, pack.organisation_id, form.person.value)
                take_benefit(work, pack_id, form.benefit.value, person.id, form.note.value or "")
                benefit, name = get_benefit(form.benefit.value), person.name
                work.location = url_for(".show", pack_id=pack_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _taken(benefit.is_discount, name))
    page = render_template("benefits/take.html", form=form, pack=pack, benefits=all_benefits())
    return page, 422 if form.is_refused else 200


def _taken(is_discount: bool, name: str) -> Text:
    if is_discount:
        return _("The discount is asked for; the answer comes by mail.")
    return _("The benefit is open for %(person)s.", person=name)


@benefits.get("/requests/<uuid:benefit_request_id>")
@requires(Permission.VIEW_BENEFITS)
def request_page(benefit_request_id: UUID) -> str:
    return _request_page(benefit_request_id, AnswerForm(), RefusalForm(prefix="no"))


def _request_page(
    request_id: UUID, form: AnswerForm, refusal_form: RefusalForm, code: str | None = None
) -> str:
    found = get_request(db.session(), request_id)
    return render_template(
        "benefits/request_page.html",
        asked=found,
        benefit=get_benefit(found.benefit_key),
        words=REQUEST_WORDS,
        form=form,
        refusal_form=refusal_form,
        is_asker=found.asked_by is not None and found.asked_by == g.actor.user_id,
        code=code,
        entries=journal_of(found.id),
    )


@benefits.post("/requests/<uuid:benefit_request_id>/grant")
@requires(Permission.ANSWER_BENEFITS)
def grant(benefit_request_id: UUID) -> Answer:
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                grant_benefit(work, benefit_request_id, form.code.value, form.answer.value or "")
                work.location = _address(benefit_request_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The discount is granted; who asked is told."))
    return _request_page(benefit_request_id, form, RefusalForm(prefix="no", formdata=None)), 422


@benefits.post("/requests/<uuid:benefit_request_id>/refuse")
@requires(Permission.ANSWER_BENEFITS)
def refuse(benefit_request_id: UUID) -> Answer:
    form = RefusalForm(prefix="no")
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                refuse_benefit(work, benefit_request_id, form.answer.value or "")
                work.location = _address(benefit_request_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The discount is refused; who asked is told."))
    return _request_page(benefit_request_id, AnswerForm(formdata=None), form), 422


@benefits.post("/requests/<uuid:benefit_request_id>/code")
@requires(Permission.VIEW_BENEFITS)
def reveal(benefit_request_id: UUID) -> str:
    """The code for who asked; no address may hold it, and each view is in the journal."""
    with unit_of_work() as work:
        code = reveal_code(work, get_request(work.session, benefit_request_id))
    form, refusal_form = AnswerForm(formdata=None), RefusalForm(prefix="no", formdata=None)
    return _request_page(benefit_request_id, form, refusal_form, code)


def _address(request_id: UUID) -> str:
    return url_for(".request_page", benefit_request_id=request_id)
