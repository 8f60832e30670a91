"""Pages with lists of codes, their downloads, and the export of available codes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from flask import g, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from vlms.agreements.models import Agreement
from vlms.catalog.models import Product
from vlms.codes.exports import ExportedCode, code_table, revealed_table
from vlms.codes.forms import ExportForm, workspace_zone
from vlms.codes.queries import (
    CodeFilter,
    StateCount,
    count_states,
    every_code,
    search_codes,
)
from vlms.codes.rules.shown_state import Shown
from vlms.codes.service.disclosing import export_codes
from vlms.codes.views.blueprint import codes, made_at
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.web.access import requires
from vlms.web.pages import listing, send_table, wanted
from vlms.web.unit_of_work import unit_of_work


@dataclass
class CountRow:
    """The codes of one product under one agreement, by state."""

    agreement: Agreement
    product: Product
    counts: dict[Shown, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@codes.get("/")
@requires(Permission.VIEW_CODES)
def index() -> str:
    asked = wanted_codes()
    rows = _count_rows(count_states(db.session(), g.now))
    return render_template(
        "codes/index.html",
        rows=rows,
        totals={shown: sum(row.counts[shown] for row in rows) for shown in Shown},
        found=search_codes(db.session(), asked, g.now, listing("expires")),
        asked=asked,
        products=_distinct(row.product for row in rows),
        agreements=_distinct(row.agreement for row in rows),
        states=list(Shown),
    )


@codes.get("/codes.<form>")
@requires(Permission.VIEW_CODES)
def download(form: str) -> Response:
    found = every_code(db.session(), wanted_codes(), g.now)
    return send_table(code_table(found, made_at(), workspace_zone()), "codes", form)


@codes.route("/export", methods=["GET", "POST"])
@requires(Permission.REVEAL_UNASSIGNED_CODES)
def export() -> str | Response | tuple[str, int]:
    form = ExportForm()
    asked = wanted_codes()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                found = export_codes(work, asked, form.reason.value or "")
                rows = [ExportedCode(code, text) for code, text in found]
                work.location = url_for(".export")
                # Names are read now: the file is written after the commit.
                table = revealed_table(rows, made_at())
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return send_table(table, "available-codes", form.form.value)
    count = sum(
        each.count
        for each in count_states(db.session(), g.now, asked)
        if each.shown is Shown.AVAILABLE
    )
    page = render_template("codes/export.html", form=form, count=count)
    return page, 422 if form.is_refused else 200


def wanted_codes() -> CodeFilter:
    """The filter in the address; what cannot be read counts as not given."""
    return CodeFilter(
        state=_shown(wanted("state")),
        product_id=_key(wanted("product")),
        agreement_id=_key(wanted("agreement")),
        batch_id=_key(wanted("batch")),
        person_id=_key(wanted("person")),
        words=wanted("q"),
    )


def _shown(text: str | None) -> Shown | None:
    return Shown(text) if text in set(Shown) else None


def _key(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _count_rows(counts: Sequence[StateCount]) -> list[CountRow]:
    session = db.session()
    agreements = {each.id: each for each in session.scalars(select(Agreement))}
    products = {each.id: each for each in session.scalars(select(Product))}
    rows: dict[tuple[UUID, UUID], CountRow] = {}
    for each in counts:
        key = (each.agreement_id, each.product_id)
        if each.agreement_id not in agreements:
            continue
        row = rows.setdefault(key, CountRow(agreements[key[0]], products[key[1]]))
        row.counts[each.shown] += each.count
    return sorted(rows.values(), key=lambda row: (row.agreement.number, row.product.key))


Record = TypeVar("Record", Agreement, Product)


def _distinct(found: Iterable[Record]) -> list[Record]:
    return list({each.id: each for each in found}.values())
