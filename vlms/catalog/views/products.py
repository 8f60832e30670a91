"""Pages of products and exams."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.catalog.forms import ProductForm
from vlms.catalog.models import ExamFamily, Product, ProductKind
from vlms.catalog.queries import (
    get_product,
    list_certifications,
    list_current_prices,
    list_exams,
    list_priced_terms,
    list_products,
)
from vlms.catalog.service.products import edit_product
from vlms.catalog.terms_in_use import Terms, list_terms_in_use
from vlms.catalog.views.blueprint import catalog
from vlms.catalog.words import CERTIFICATION_WORDS, KIND_WORDS, SOURCE_WORDS
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.web.access import requires
from vlms.web.lists import Filter, ListPage
from vlms.web.pages import wanted
from vlms.web.unit_of_work import answer, unit_of_work


@catalog.get("/")
@requires(Permission.VIEW_CATALOG)
def index() -> str:
    """The products under the filters in the address, by kind: `q`, `kind`."""
    chosen = wanted("kind")
    kind = ProductKind(chosen) if chosen in set(ProductKind) else None
    products = list_products(db.session(), kind, wanted("q"))
    groups = {one: [p for p in products if p.kind is one] for one in ProductKind}
    filters = [
        Filter("q", _("Search in this list"), hint=_("Name or key")),
        Filter("kind", _("Kind"), {key.value: word for key, word in KIND_WORDS.items()}),
    ]
    return render_template(
        "catalog/index.html",
        list=ListPage("catalog.index", (), filters),
        groups={one: found for one, found in groups.items() if found},
        kinds=KIND_WORDS,
        today=_today(),
    )


@catalog.get("/<uuid:product_id>")
@requires(Permission.VIEW_CATALOG)
def product(product_id: UUID) -> str:
    session = db.session()
    found = get_product(session, product_id)
    keys = [family.key for family in found.families]
    return render_template(
        "catalog/product.html",
        product=found,
        kinds=KIND_WORDS,
        sources=SOURCE_WORDS,
        exams=list_exams(session, *keys) if keys else [],
        entries=journal_of(found.id),
        today=_today(),
        **_prices(found),
    )


def _today() -> date:
    return local_day(g.now, g.workspace.time_zone)


def _prices(found: Product) -> dict[str, Any]:
    """The prices in the programme and currency of the address, else as the visitor buys."""
    session = db.session()
    terms = list_priced_terms(session, found.id)
    asked = (wanted("programme") or "", wanted("currency") or "")
    chosen = asked if asked in terms else _nearest(asked, terms)
    prices = list_current_prices(session, found.id, *chosen, _today()) if chosen is not None else {}
    return {
        "prices": prices,
        "chosen": chosen,
        "programmes": sorted({programme for programme, _currency in terms}),
        "currencies": sorted({currency for _programme, currency in terms}),
        "is_sample": any(p.price_list.is_sample for bands in prices.values() for p in bands),
    }


def _nearest(asked: Terms, terms: Sequence[Terms]) -> Terms | None:
    """Of the asked programme in another currency; as under the visitor's agreements; the first."""
    used = list_terms_in_use(db.session(), _today())
    currencies = {currency for _programme, currency in used}
    same = [pair for pair in terms if pair[0] == asked[0]]
    usual = [pair for pair in used if pair in terms]
    near = [pair for pair in terms if pair[1] in currencies]
    return next(iter([*same, *usual, *near, *terms]), None)


@catalog.route("/<uuid:product_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_CATALOG)
def edit(product_id: UUID) -> str | Response | tuple[str, int]:
    found = get_product(db.session(), product_id)
    form = ProductForm.showing(found)
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                edit_product(work, product_id, form.terms())
                work.location = url_for(".product", product_id=product_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Saved."))
    page = render_template("catalog/edit.html", form=form, product=found)
    return page, 422 if form.is_refused else 200


@catalog.get("/exams")
@requires(Permission.VIEW_CATALOG)
def exams() -> str:
    session = db.session()
    families: dict[str, ExamFamily] = {exam.family.key: exam.family for exam in list_exams(session)}
    family = wanted("family") if wanted("family") in families else None
    words = (wanted("q") or "").casefold()
    earned: dict[str, list[Any]] = {}
    for certification in list_certifications(session):
        for exam in certification.exams:
            earned.setdefault(exam.number, []).append(certification)
    shown = [
        exam
        for exam in list_exams(session, *([family] if family else []))
        if words in f"{exam.number} {exam.name_en} {exam.name_zh}".casefold()
    ]
    return render_template(
        "catalog/exams.html",
        exams=shown,
        earned=earned,
        families=families,
        family=family,
        kinds=CERTIFICATION_WORDS,
        today=_today(),
    )
