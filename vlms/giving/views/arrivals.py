"""Whether the mail of each code arrived; the address is corrected and the link sent in one act."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.accounts.forms import AddressForm
from vlms.codes.queries import get_code
from vlms.codes.rules.shown_state import shown_state
from vlms.codes.service.parties import Look
from vlms.codes.service.telling_again import conditions_to_tell
from vlms.core.acts import require
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.giving.queries.arrivals import (
    ArrivalFilter,
    Tab,
    codes_of,
    count_arrivals,
    search_arrivals,
)
from vlms.giving.service.arrivals import acts_on_arrival, correct_and_tell
from vlms.web.access import requires
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing, wanted
from vlms.web.unit_of_work import answer, unit_of_work

arrivals = Blueprint("arrivals", __name__, url_prefix="/o/<organisation>/arrivals")

TABS = {
    Tab.WAITING: _("Waiting to leave"),
    Tab.SENT: _("Sent"),
    Tab.BOUNCED: _("Came back"),
    Tab.UNCLAIMED: _("Not claimed"),
    Tab.CLAIMED: _("Was claimed"),
}
HEADINGS = (
    Heading("person", _("Person"), "to"),
    Heading("code", _("Code")),
    Heading("mail", _("Mail")),
    Heading("written", _("Written"), "written", "nowrap"),
    Heading("claimed", _("Was claimed"), None, "nowrap"),
    Heading("act", _("What to do")),
)


@arrivals.get("/")
@requires(Permission.VIEW_CODES)
def index() -> str:
    """One row a code; `tab` and `q` in the address narrow the list."""
    words = {tab.value: word for tab, word in TABS.items()}
    tab = Filter("tab", _("How far"), words, is_offered=False)
    narrowing = ArrivalFilter(Tab(tab.value) if tab.value else None, wanted("q"))
    found = search_arrivals(db.session(), narrowing, listing("-written"), g.now)
    codes = codes_of(db.session(), found)
    search = Filter("q", _("Search in this list"), hint=_("Name or address"))
    return render_template(
        "arrivals/index.html",
        list=ListPage("arrivals.index", HEADINGS, [search, tab]),
        found=found,
        codes=codes,
        acts=partial(acts_on_arrival, Look(db.session(), g.actor, g.now)),
        shown=lambda code: shown_state(code.state, code.expires_at, g.now),
        tabs=TABS,
        tab=narrowing.tab,
        counts=count_arrivals(db.session(), g.now),
    )


@arrivals.route("/codes/<uuid:code_id>/address", methods=["GET", "POST"])
@requires(Permission.EDIT_PEOPLE)
def correct(code_id: UUID) -> str | Response | tuple[str, int]:
    """C2: the right address, and with it a new link to each code that waits for a claim."""
    code = get_code(db.session(), code_id)
    require(conditions_to_tell(code, g.now))
    person = code.person
    form = AddressForm(email=person.email if person else None)
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                correct_and_tell(work, code_id, form.email.value, form.reason.value)
                work.location = url_for("arrivals.index", q=form.email.value)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The address is corrected, and new links are on their way."))
    page = render_template("arrivals/correct.html", form=form, person=person)
    return page, 422 if form.is_refused else 200
