"""What is done with memberships: orders, payments, benefits, the administrator's role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.money import Money
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.partners.forms.memberships import (
    BuyForm,
    CountForm,
    PaymentForm,
    RenewForm,
    UpgradeForm,
)
from vlms.partners.offers import offer_on, offers_on
from vlms.partners.queries.benefit_cuts import list_cuts
from vlms.partners.queries.currencies import find_own_currency
from vlms.partners.queries.membership_standing import MembershipStanding, standing_of
from vlms.partners.queries.memberships import (
    find_renewed,
    get_benefit,
    get_membership,
    get_order,
    payable_until,
)
from vlms.partners.rules.attainment import Level
from vlms.partners.rules.membership_offers import Offer, OfferFamily, upgrade_price
from vlms.partners.rules.membership_orders import MembershipOrderKind
from vlms.partners.service.membership_benefits import activate_benefits, assign_benefits
from vlms.partners.service.membership_orders import buy as buy_offer
from vlms.partners.service.membership_orders import renew as renew_membership
from vlms.partners.service.membership_orders import upgrade as upgrade_membership
from vlms.partners.service.membership_orders import withdraw_order
from vlms.partners.service.membership_payments import record_payment
from vlms.partners.terms import membership_terms
from vlms.partners.views.membership_choices import candidates_for, choices_of, shown_of
from vlms.partners.views.memberships import memberships as memberships
from vlms.web.access import requires
from vlms.web.confirming import Question, confirmed
from vlms.web.forms import Form
from vlms.web.locales import show_money
from vlms.web.unit_of_work import answer, unit_of_work

Answer = str | Response | tuple[str, int]
_EDIT = Permission.EDIT_MEMBERSHIPS
_ORDERED = _("The order is placed. The year begins once its payment is recorded.")


@memberships.route("/offers/<offer_key>/buy", methods=["GET", "POST"])
@requires(_EDIT)
def buy(offer_key: str) -> Answer:
    today = local_day(g.now, g.workspace.time_zone)
    offer, form = offer_on(offer_key, today), BuyForm()
    candidates = candidates_for(offer, today)
    own = find_own_currency(db.session(), g.workspace.organisation_id)
    form.offer(offer, choices_of(candidates), own)

    def act(work: Work) -> None:
        place = g.workspace.organisation_id
        on = form.competency_named()
        buy_offer(work, place, offer.key, form.currency.value, form.purchase_order.value, on)
        work.location = url_for(".index")

    page = {
        "title": _("Buy: %(offer)s", offer=offer.name),
        "offer": offer,
        "prices": sorted(offer.prices.items()),
        "is_sample": offers_on(today).terms.is_sample,
        "back": url_for(".index"),
        "pay_by": payable_until(MembershipOrderKind.BUY, None, today),
        **shown_of(candidates, offer),
    }
    return _ordered(form, act, page)


@memberships.route("/<uuid:membership_id>/renew", methods=["GET", "POST"])
@requires(_EDIT)
def renew(membership_id: UUID) -> Answer:
    standing, form = _standing(membership_id), RenewForm()
    levels = _renewable(standing)
    form.offer.offer((one.key, one.name) for one in levels)

    def act(work: Work) -> None:
        renew_membership(work, membership_id, form.purchase_order.value, form.offer.value)
        work.location = url_for(".show", membership_id=membership_id)

    currency = standing.membership.currency
    page = {
        "title": _("Renew: %(offer)s", offer=standing.offer.name),
        "offer": standing.offer,
        "prices": [(one.name, one.prices[currency]) for one in levels if currency in one.prices],
        "is_sample": offers_on(standing.today).terms.is_sample,
        "standing": standing,
        "pay_by": payable_until(MembershipOrderKind.RENEW, standing.membership, standing.today),
        "cuts": [(one.name, list_cuts(db.session(), standing.membership, one)) for one in levels],
        "back": url_for(".show", membership_id=membership_id),
    }
    return _ordered(form, act, page)


@memberships.route("/<uuid:membership_id>/upgrade", methods=["GET", "POST"])
@requires(_EDIT)
def upgrade(membership_id: UUID) -> Answer:
    standing, form = _standing(membership_id), UpgradeForm()
    gold = offers_on(standing.today).terms.of_level(OfferFamily.PACKAGE, Level.GOLD)
    candidates = candidates_for(gold, standing.today)
    form.competency.offer(choices_of(candidates, standing.membership.competency))

    def act(work: Work) -> None:
        order, on = form.purchase_order.value, form.competency.value
        upgrade_membership(work, membership_id, order, on)
        work.location = url_for(".show", membership_id=membership_id)

    listed = gold.prices.get(standing.membership.currency) if gold else None
    percent = membership_terms(standing.membership.anniversary).terms.upgrade_off
    page = {
        "title": _("Upgrade to gold"),
        "offer": gold,
        "prices": [
            (_("Price of gold"), listed),
            (_("With %(percent)s %% off", percent=percent), upgrade_price(listed, percent)),
        ]
        if listed
        else [],
        "is_sample": offers_on(standing.today).terms.is_sample,
        "back": url_for(".show", membership_id=membership_id),
        "pay_by": payable_until(MembershipOrderKind.UPGRADE, standing.membership, standing.today),
        **shown_of(candidates, gold),
    }
    return _ordered(form, act, page)


@memberships.route("/orders/<uuid:membership_order_id>/pay", methods=["GET", "POST"])
@requires(_EDIT)
def pay(membership_order_id: UUID) -> Answer:
    order, form = get_order(db.session(), membership_order_id), PaymentForm()
    offer = offer_on(order.offer_key, order.placed_on)
    renewed = find_renewed(db.session(), order)

    def act(work: Work) -> None:
        paid = record_payment(work, membership_order_id, form.day, form.reference.value)
        work.location = url_for(".show", membership_id=paid.id)

    page = {
        "order": order,
        "offer": offer,
        "cuts": [(offer.name, list_cuts(db.session(), renewed, offer))] if renewed else [],
        "amount": Money(order.amount_minor, order.currency),
        "listed": Money(order.list_minor, order.currency),
    }
    return _entered(form, act, _("The payment is recorded."), "memberships/pay.html", page)


@memberships.route("/orders/<uuid:membership_order_id>/withdraw", methods=["GET", "POST"])
@requires(_EDIT)
def withdraw(membership_order_id: UUID) -> Answer:
    order = get_order(db.session(), membership_order_id)
    question = Question(
        _("Withdraw the order"),
        order.number,
        (
            (_("Membership offer"), offer_on(order.offer_key, order.placed_on).name),
            (_("Purchase order number"), order.purchase_order),
        ),
        ((_("Nobody can pay this order any more; another one can be placed."), "M3"),),
        _("Withdraw the order"),
        "x",
        url_for(".index"),
        takes_away=True,
    )
    done = _("The order is withdrawn.")
    return confirmed(question, lambda work: withdraw_order(work, membership_order_id), done)


@memberships.route("/benefits/<uuid:benefit_id>/assign", methods=["GET", "POST"])
@requires(_EDIT)
def assign(benefit_id: UUID) -> Answer:
    return _counted(benefit_id, assign_benefits, _("Assign benefits"))


@memberships.route("/benefits/<uuid:benefit_id>/activate", methods=["GET", "POST"])
@requires(_EDIT)
def activate(benefit_id: UUID) -> Answer:
    return _counted(benefit_id, activate_benefits, _("Activate benefits"))


def _standing(membership_id: UUID) -> MembershipStanding:
    membership = get_membership(db.session(), membership_id)
    return standing_of(db.session(), membership, g.now, may_order=g.actor.may(_EDIT))


def _renewable(standing: MembershipStanding) -> list[Offer]:
    """The offers of its family at its level or a lower one, its own first (K3)."""
    offers = offers_on(standing.today).terms.offers
    level = standing.offer.level or 0
    own = [
        one
        for one in offers
        if one.family is standing.membership.family and (one.level or 0) <= level
    ]
    return sorted(own, key=lambda one: one.level or 0, reverse=True)


def _counted(benefit_id: UUID, count: Callable[[Work, UUID, int], object], title: Text) -> Answer:
    benefit, form = get_benefit(db.session(), benefit_id), CountForm()

    def act(work: Work) -> None:
        count(work, benefit_id, form.count.value)
        work.location = url_for(".show", membership_id=benefit.membership_id)

    page = {"benefit": benefit, "title": title}
    return _entered(form, act, _("The register is changed."), "memberships/count.html", page)


def _ordered(form: Form, act: Callable[[Work], None], page: dict[str, Any]) -> Answer:
    shown = [(name, show_money(price)) for name, price in page.pop("prices")]
    return _entered(form, act, _ORDERED, "memberships/order.html", {"prices_shown": shown, **page})


def _entered(
    form: Form, act: Callable[[Work], None], message: Text, template: str, page: dict[str, Any]
) -> Answer:
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                act(work)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, message)
    shown = render_template(template, form=form, zone=g.workspace.time_zone, **page)
    return shown, 422 if form.is_refused else 200
