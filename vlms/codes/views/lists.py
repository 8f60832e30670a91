"""Pages with lists of codes, and their downloads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from flask import g, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from vlms.agreements.models import Agreement
from vlms.catalog.models import Product
from vlms.codes.exports import code_table, number_of
from vlms.codes.forms import workspace_zone
from vlms.codes.list_queries import (
    find_batch_number,
    find_person_name,
    find_school_name,
    list_issued_agreements,
    list_issued_products,
)
from vlms.codes.models import Code
from vlms.codes.queries import (
    CodeFilter,
    StateCount,
    count_codes,
    count_states,
    count_taken_out,
    each_code,
    search_codes,
)
from vlms.codes.rules.shown_state import Shown, word
from vlms.codes.views.blueprint import codes, made_at
from vlms.codes.views.bulk import bulk_acts
from vlms.codes.views.filters import HORIZONS, ONLY, wanted_codes
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.exports.table import Table
from vlms.jobs.exporting import Export, add_export, send_or_plan
from vlms.web.access import requires
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.locales import name_of
from vlms.web.pages import listing


@dataclass
class CountRow:
    """The codes of one product under one agreement, by state."""

    agreement: Agreement
    product: Product
    counts: dict[Shown, int] = field(default_factory=lambda: defaultdict(int))
    # Of the available ones: they left as a file, and are not given to anybody (C8).
    taken_out: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@codes.get("/")
@requires(Permission.VIEW_CODES)
def index() -> str:
    """The codes under the filters in the address, which other pages link to.

    `state`, `product`, `agreement`, `batch`, `person`, `school` and `q`;
    `within=30|60|90`: unused ones that lapse within so many days.
    """
    asked = wanted_codes()
    return render_template(
        "codes/index.html",
        list=_code_list(asked),
        found=search_codes(db.session(), asked, g.now, listing(_usual_sort(asked))),
        acts=bulk_acts(),
        number_of=number_of,
    )


def _usual_sort(asked: CodeFilter) -> str:
    """Those first that lapse soonest, where such are asked for; else what lapsed long ago last."""
    return "expires" if asked.within else "-expires"


@codes.get("/counts")
@requires(Permission.VIEW_CODES)
def counts() -> str:
    """How many codes of each product are in each state, each number a link to its list."""
    rows = _count_rows(count_states(db.session(), g.now))
    return render_template("codes/counts.html", rows=rows, states=list(Shown))


def _code_list(asked: CodeFilter) -> ListPage:
    return ListPage("codes.index", HEADINGS, [*code_filters(), *_linked(asked)])


HEADINGS = (
    Heading("number", _("Number"), "number", "nowrap"),
    Heading("code", _("Code"), None, "code nowrap"),
    Heading("product", _("Product")),
    Heading("agreement", _("Agreement"), None, "nowrap", is_extra=True),
    Heading("state", _("State")),
    Heading("person", _("Person")),
    Heading("cost_centre", _("Cost centre"), None, "nowrap", is_extra=True),
    Heading("last_day", _("Last day of use"), "expires", "nowrap"),
    Heading("reserved", _("Reserved"), None, "nowrap", is_extra=True),
    Heading("assigned", _("Assigned"), None, "nowrap", is_extra=True),
    Heading("claimed", _("Claimed"), None, "nowrap", is_extra=True),
    Heading("ended", _("Ended"), None, "nowrap", is_extra=True),
)
# Whoever pastes a whole code here would leave it in an address: twelve symbols or more, in
# groups, with a digit among them.
_NO_CODE = r"(?!(?=.*\d)\s*(?:[0-9A-Za-z][ \-]?){12,}\s*$).*"


def code_filters() -> list[Filter]:
    """The sides on which a list of codes is narrowed (`wanted_codes`)."""
    products = list_issued_products(db.session())
    agreements = list_issued_agreements(db.session())
    return [
        Filter(
            "q",
            _("Search in this list"),
            hint=_("Last characters, B-000012/7 or person"),
            pattern=_NO_CODE,
            pattern_hint=_("Type a whole code into the search box at the top of the page."),
        ),
        Filter("state", _("State"), {shown.value: word(shown) for shown in Shown}),
        Filter("product", _("Product"), {str(each.id): name_of(each) for each in products}),
        Filter("agreement", _("Agreement"), {str(each.id): each.number for each in agreements}),
        Filter("within", _("Lapses"), HORIZONS),
        Filter("only", _("Waits for"), ONLY, is_offered=False),
    ]


def _linked(asked: CodeFilter) -> list[Filter]:
    """The filters that come with links: their keys, named."""
    session = db.session()
    person = find_person_name(session, asked.person_id)
    school = find_school_name(session, asked.school_id)
    batch = find_batch_number(session, asked.batch_id)
    return [
        _link("person", _("Person"), asked.person_id, person),
        _link("school", _("School"), asked.school_id, school),
        _link("batch", _("Batch"), asked.batch_id, batch),
    ]


def _link(name: str, label: Text, key: UUID | None, word: str | UUID | None) -> Filter:
    choices = {str(key): word or _("not known here")} if key else {}
    return Filter(name, label, choices, is_offered=False)


@codes.get("/codes.<form>")
@requires(Permission.VIEW_CODES)
def download(form: str) -> Response:
    return send_or_plan(CODES, form)


def _count(session: Session) -> int:
    return count_codes(session, wanted_codes(), g.now)


def _table(session: Session) -> Table[Code]:
    found = each_code(session, wanted_codes(), g.now)
    return code_table(found, made_at(), workspace_zone())


CODES = add_export(Export("codes", _("Codes"), _count, _table))


def _count_rows(counts: Sequence[StateCount]) -> list[CountRow]:
    session = db.session()
    agreements = {each.id: each for each in list_issued_agreements(session)}
    products = {each.id: each for each in list_issued_products(session)}
    rows: dict[tuple[UUID, UUID], CountRow] = {}
    for each in counts:
        key = (each.agreement_id, each.product_id)
        if each.agreement_id not in agreements:
            continue
        row = rows.setdefault(key, CountRow(agreements[key[0]], products[key[1]]))
        row.counts[each.shown] += each.count
    for key, count in count_taken_out(session, g.now).items():
        if key in rows:
            rows[key].taken_out = count
    return sorted(rows.values(), key=lambda row: (row.agreement.number, row.product.key))
