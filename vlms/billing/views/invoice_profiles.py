"""What papers say of the seller and of buyers, and the reseller's own prices."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.accounts.models import Organisation
from vlms.billing.forms.profiles import BuyerForm, SellerForm, SellingPriceForm, fill_profile
from vlms.billing.queries.customers import list_customers
from vlms.billing.queries.profiles import find_buyer, find_seller, list_buyers, list_selling_prices
from vlms.billing.service.invoicing_prices import add_selling_price, remove_selling_price
from vlms.billing.service.invoicing_profiles import require_customer, save_buyer, save_seller
from vlms.billing.views.invoices import invoices
from vlms.catalog.queries import list_products
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.orders.exports import product_name
from vlms.web.access import requires
from vlms.web.forms import Form
from vlms.web.pages import wanted
from vlms.web.unit_of_work import answer, unit_of_work

Page = str | Response | tuple[str, int]


@invoices.route("/seller", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def seller() -> Page:
    reseller_id: UUID = g.workspace.organisation_id
    form = SellerForm()
    if not form.is_submitted():
        fill_profile(form, find_seller(db.session(), reseller_id))
    return _saved(
        form,
        _("What papers say of us"),
        url_for(".index"),
        lambda work: save_seller(work, reseller_id, form.facts()),
    )


@invoices.get("/buyers")
@requires(Permission.EDIT_INVOICES)
def buyers() -> str:
    reseller_id: UUID = g.workspace.organisation_id
    profiles = {one.organisation_id: one for one in list_buyers(db.session(), reseller_id)}
    return render_template(
        "invoices/buyers.html",
        customers=list_customers(db.session()),
        profiles=profiles,
    )


@invoices.route("/buyers/<uuid:customer_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def buyer(customer_id: UUID) -> Page:
    reseller_id: UUID = g.workspace.organisation_id
    customer = require_customer(db.session(), reseller_id, customer_id)
    form = BuyerForm()
    if not form.is_submitted():
        _begin(form, reseller_id, customer)
    return _saved(
        form,
        _("What papers say of %(name)s", name=customer.name),
        url_for(".buyers"),
        lambda work: save_buyer(work, reseller_id, customer_id, form.facts()),
    )


def _begin(form: BuyerForm, reseller_id: UUID, customer: Organisation) -> None:
    form.legal_name.data, form.language.data = customer.name, customer.language.value
    fill_profile(form, find_buyer(db.session(), reseller_id, customer.id))


@invoices.get("/prices")
@requires(Permission.EDIT_INVOICES)
def prices() -> str:
    reseller_id: UUID = g.workspace.organisation_id
    customers = list_customers(db.session())
    found = list(list_selling_prices(db.session(), reseller_id))
    asked = next((one for one in customers if str(one.id) == wanted("customer")), None)
    if asked is not None:
        found = [one for one in found if one.organisation_id in (None, asked.id)]
    return render_template(
        "invoices/prices.html",
        asked=asked,
        found=found,
        products={product.id: product for product in list_products(db.session())},
        names={customer.id: customer.name for customer in customers},
    )


@invoices.route("/prices/add", methods=["GET", "POST"])
@requires(Permission.EDIT_INVOICES)
def add_price() -> Page:
    reseller_id: UUID = g.workspace.organisation_id
    form = SellingPriceForm()
    form.offer(
        [(str(one.id), product_name(one)) for one in list_products(db.session())],
        [(str(one.id), one.name) for one in list_customers(db.session())],
    )
    return _saved(
        form,
        _("Add a price of our own"),
        url_for(".prices"),
        lambda work: add_selling_price(work, reseller_id, form.price()),
    )


@invoices.post("/prices/<uuid:price_id>/remove")
@requires(Permission.EDIT_INVOICES)
def remove_price(price_id: UUID) -> Response:
    form = Form()
    if not form.validate_on_submit():
        return redirect(url_for(".prices"))
    with unit_of_work(form) as work:
        remove_selling_price(work, price_id)
        work.location = url_for(".prices")
    return answer(work, _("The price is removed; posted invoices keep theirs."))


def _saved(form: Form, title: Text, back: str, act: Callable[[Work], object]) -> Page:
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                act(work)
                work.location = back
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Saved."))
    page = render_template("invoices/enter.html", form=form, title=title, back=back)
    return page, 422 if form.is_refused else 200
