"""A person's own voucher requests: ask, see how they stand, withdraw."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.accounts.models import Person
from vlms.accounts.queries import list_persons_of
from vlms.catalog.models import Exam, Product
from vlms.catalog.queries import list_exams
from vlms.core.db import db, reading
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.text import _
from vlms.giving.forms.requests import AskForm
from vlms.giving.queries.requests import (
    get_request,
    list_answerers,
    list_askable,
    list_requests,
)
from vlms.giving.request_words import ASK_WORDS
from vlms.giving.service.requests import ask as ask_for
from vlms.giving.service.requests import withdraw as withdraw_request
from vlms.web.access import requires
from vlms.web.forms import Form
from vlms.web.unit_of_work import answer, unit_of_work

my_requests = Blueprint("my_requests", __name__, url_prefix="/my/requests")
Answer = str | Response | tuple[str, int]
# What an organisation has had codes of, no holder sees for themselves.
_OFFER = System("what may be asked for")


@my_requests.get("/")
@requires(Permission.USE_OWN_CODES)
def index() -> str:
    session = db.session()
    found = list_requests(session)
    return render_template(
        "my_requests/index.html",
        found=list(reversed(found)),
        answerers=list_answerers(session, found),
        may_ask=bool(_persons()),
        states=ASK_WORDS,
    )


@my_requests.route("/ask", methods=["GET", "POST"])
@requires(Permission.USE_OWN_CODES)
def ask() -> Answer:
    """Asks for a voucher; who approves is told by mail."""
    persons = _persons()
    products, exams = _askable(persons)
    form = AskForm()
    form.offer(persons, products, exams)
    if persons and form.validate_on_submit():
        person_id = UUID(form.person.value) if "person" in form else persons[0].id
        try:
            with unit_of_work(form) as work:
                work.location = url_for(".index")
                ask_for(work, person_id, form.wish())
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Your request is on its way; the answer comes by mail."))
    page = render_template("my_requests/ask.html", form=form, has_any=bool(persons and products))
    return page, 422 if form.is_refused else 200


@my_requests.post("/<uuid:voucher_request_id>/withdraw")
@requires(Permission.USE_OWN_CODES)
def withdraw(voucher_request_id: UUID) -> Answer:
    form = Form()
    if not form.validate_on_submit():
        return index()
    with unit_of_work(form) as work:
        work.location = url_for(".index")
        withdraw_request(work, get_request(work.session, voucher_request_id))
    return answer(work, _("The request is withdrawn."))


def _persons() -> Sequence[Person]:
    """As whom the visitor may ask: not where they have left."""
    found = list_persons_of(db.session(), g.visitor.user_id)
    return [person for person in found if person.left_at is None]


def _askable(persons: Sequence[Person]) -> tuple[Sequence[Product], Sequence[Exam]]:
    """What their organisations have had codes of, and the exams that these open."""
    with reading(_OFFER) as session:
        products = list_askable(session, [person.organisation_id for person in persons])
        families = sorted({family.key for product in products for family in product.families})
        exams = list_exams(session, *families) if families else []
        session.expunge_all()
    return products, exams
