"""Pages on which codes are reserved, changed, released, assigned, called back and voided."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.accounts.models import Person
from vlms.accounts.queries import PersonFilter, get_organisation, search_people
from vlms.agreements.models import Agreement
from vlms.audit.views import journal_of
from vlms.catalog.models import Product
from vlms.codes.actions import act_on, acts_on, is_own
from vlms.codes.forms import (
    AssignForm,
    ConfirmForm,
    CostCentreForm,
    PersonChoiceForm,
    ReserveForm,
    VoidForm,
)
from vlms.codes.free_queries import list_offered
from vlms.codes.holder_queries import list_registrations
from vlms.codes.list_queries import list_issued_agreements, list_issued_products
from vlms.codes.models import Code
from vlms.codes.queries import get_code
from vlms.codes.rules.lifecycle import Step
from vlms.codes.rules.shown_state import Shown
from vlms.codes.service import assigning, reserving, voiding
from vlms.codes.service.charging_to import set_cost_centre
from vlms.codes.service.parties import Look
from vlms.codes.views.blueprint import codes
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.paging import Listing
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.web.access import requires
from vlms.web.forms import Form
from vlms.web.pages import wanted
from vlms.web.unit_of_work import answer, unit_of_work

Answer = str | Response | tuple[str, int]


@codes.get("/<uuid:code_id>")
@requires(Permission.VIEW_CODES)
def show(code_id: UUID) -> str:
    code = get_code(db.session(), code_id)
    acts = acts_on(_look(), code)
    return render_template(
        "codes/show.html",
        code=code,
        acts=[act for act in acts if is_own(act)],
        acts_of_others=[act for act in acts if not is_own(act)],
        registrations=list_registrations(db.session(), code.id),
        entries=journal_of(code.id),
    )


@codes.route("/reserve", methods=["GET", "POST"])
@requires(Permission.ASSIGN_CODES)
def reserve() -> Answer:
    form = ReserveForm(product=wanted("product"), agreement=wanted("agreement"))
    form.offer(*_on_offer())
    form.offer_people(_people())
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                found = reserving.reserve(
                    work,
                    form.person_id,
                    UUID(form.product.value),
                    form.agreement_id,
                    form.count.value,
                    confirmed=form.again.data,
                )
                for code in found:
                    set_cost_centre(work, code.id, form.cost_centre.value)
                work.location = _after(found[0], len(found))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Reserved. Nobody sees the code until it is assigned."))
    return _answer("codes/reserve.html", form)


@codes.route("/<uuid:code_id>/reserve", methods=["GET", "POST"])
@requires(Permission.ASSIGN_CODES)
def reserve_one(code_id: UUID) -> Answer:
    return _give(code_id, Step.RESERVE, reserving.reserve_this, _("Reserved."))


@codes.route("/<uuid:code_id>/change", methods=["GET", "POST"])
@requires(Permission.ASSIGN_CODES)
def change(code_id: UUID) -> Answer:
    return _give(code_id, Step.CHANGE, reserving.change, _("The reservation was changed."))


@codes.route("/<uuid:code_id>/release", methods=["GET", "POST"])
@requires(Permission.ASSIGN_CODES)
def release(code_id: UUID) -> Answer:
    form = ConfirmForm()
    return _do(
        code_id,
        ("codes/release.html", Step.RELEASE),
        form,
        lambda work: reserving.release(work, code_id, form.reason.value),
        _("The code is available again."),
    )


@codes.route("/<uuid:code_id>/assign", methods=["GET", "POST"])
@requires(Permission.ASSIGN_CODES)
def assign(code_id: UUID) -> Answer:
    form = AssignForm(data={"cost_centre": get_code(db.session(), code_id).cost_centre})

    def act(work: Work) -> Code:
        set_cost_centre(work, code_id, form.cost_centre.value)
        return assigning.start_assign(work, code_id)

    page = "codes/assign.html", Step.START_ASSIGN
    return _do(code_id, page, form, act, _("The assignment has begun."))


@codes.route("/<uuid:code_id>/cost-centre", methods=["GET", "POST"])
@requires(Permission.ASSIGN_CODES)
def correct_cost_centre(code_id: UUID) -> Answer:
    code = get_code(db.session(), code_id)
    form = CostCentreForm(data={"cost_centre": code.cost_centre})
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                set_cost_centre(work, code_id, form.cost_centre.value, form.reason.value)
                work.location = url_for(".show", code_id=code_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The cost centre is corrected."))
    return _answer("codes/correct_cost_centre.html", form, code=code)


@codes.route("/<uuid:code_id>/call-back", methods=["GET", "POST"])
@requires(Permission.ASSIGN_CODES)
def call_back(code_id: UUID) -> Answer:
    form = ConfirmForm()
    return _do(
        code_id,
        ("codes/call_back.html", Step.CALL_BACK),
        form,
        lambda work: assigning.call_back(work, code_id, form.reason.value),
        _("The assignment was called back; the code is still reserved."),
    )


@codes.route("/<uuid:code_id>/void", methods=["GET", "POST"])
@requires(Permission.VOID_CODES)
def void(code_id: UUID) -> Answer:
    form = VoidForm()
    return _do(
        code_id,
        ("codes/void.html", Step.VOID),
        form,
        lambda work: voiding.void(work, code_id, form.case_number.value, form.reason.value),
        _("The code is void."),
    )


def _do(
    code_id: UUID,
    page: tuple[str, Step],
    form: Form,
    act: Callable[[Work], Code],
    done: Text,
) -> Answer:
    """A confirmation page: shown, or its act done once."""
    template, step = page
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                act(work)
                work.location = url_for(".show", code_id=code_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, done)
    code = get_code(db.session(), code_id)
    organisation = get_organisation(db.session(), code.organisation_id)
    return _answer(template, form, code=code, subject=organisation, act=act_on(_look(), code, step))


def _look() -> Look:
    return Look(db.session(), g.actor, g.now)


def _give(code_id: UUID, step: Step, act: Callable[..., Code], done: Text) -> Answer:
    """Reserve one code, or change for whom it is reserved."""
    form = PersonChoiceForm(data={"cost_centre": get_code(db.session(), code_id).cost_centre})
    form.offer_people(_people())

    def give(work: Work) -> Code:
        act(work, code_id, form.person_id, confirmed=form.again.data)
        return set_cost_centre(work, code_id, form.cost_centre.value)

    return _do(code_id, ("codes/reserve_one.html", step), form, give, done)


def _answer(template: str, form: Form, **facts: object) -> str | tuple[str, int]:
    page = render_template(template, form=form, **facts)
    return (page, 422) if form.is_refused else page


def _people() -> list[Person]:
    """The first of those whom the search in the address finds; leavers get no code."""
    found = search_people(
        db.session(),
        g.actor.organisation_id,
        PersonFilter(wanted("q"), has_left=False),
        Listing("name"),
    )
    return list(found.rows)


def _on_offer() -> tuple[list[Product], list[Agreement]]:
    """The products and agreements of which codes are available now."""
    session = db.session()
    offered = list_offered(session, g.now)
    product_ids = {product_id for product_id, _agreement_id in offered}
    agreement_ids = {agreement_id for _product_id, agreement_id in offered}
    return (
        [one for one in list_issued_products(session) if one.id in product_ids],
        [one for one in list_issued_agreements(session) if one.id in agreement_ids],
    )


def _after(code: Code, count: int) -> str:
    if count == 1:
        return url_for(".show", code_id=code.id)
    return url_for(".index", person=code.person_id, state=Shown.RESERVED.value)
