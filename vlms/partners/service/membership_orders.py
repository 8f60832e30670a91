"""Orders of membership offers: bought, renewed, upgraded, withdrawn (M1-M3)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from vlms.accounts.models import Organisation
from vlms.accounts.queries import get_organisation
from vlms.accounts.service.limits import require_whole_organisation
from vlms.audit.service import journal
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import BadInput
from vlms.core.money import Money
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.service.series import next_in_series
from vlms.partners.errors import MembershipRefused
from vlms.partners.models.memberships import Membership, MembershipOrder
from vlms.partners.offers import offer_on, offers_on
from vlms.partners.queries.memberships import (
    get_membership,
    get_order,
    list_overdue,
    payable_until,
    year_of,
)
from vlms.partners.rules.attainment import Level
from vlms.partners.rules.membership_offers import Offer, OfferFamily, upgrade_price
from vlms.partners.rules.membership_orders import (
    MembershipOrderKind,
    MembershipOrderState,
    check_upgrade,
)
from vlms.partners.rules.membership_year import check_renewal
from vlms.partners.service.membership_refusals import (
    another_waits,
    check_level,
    refuse_replaced,
    refuse_running,
)
from vlms.partners.service.qualifying import check_buyable, check_qualified
from vlms.partners.terms import membership_terms

_STATE = MembershipOrderState


@dataclass(frozen=True)
class _Line:
    """What one order is for, and what it costs."""

    kind: MembershipOrderKind
    offer: Offer
    listed: Money
    amount: Money
    competency: str | None
    membership: Membership | None = None


def buy(
    work: Work,
    organisation_id: UUID,
    offer_key: str,
    currency: str,
    purchase_order: str,
    competency: str | None = None,
) -> MembershipOrder:
    """Order an offer that the organisation does not have, or whose time is over (M1).

    Raises Forbidden, NotFound, BadInput (no price in the currency, a package without a
    competency), MembershipRefused while it runs, another order waits or the competency does
    not qualify (K3).
    """
    organisation = _enter(work, organisation_id)
    today = work.today(organisation.time_zone)
    offer = offer_on(offer_key, today)
    refuse_running(work, organisation, offer)
    price = _price(offer, currency)
    on = check_buyable(work, organisation.id, competency, offer, today)
    line = _Line(MembershipOrderKind.BUY, offer, price, price, on)
    return _place(work, organisation, line, purchase_order)


def renew(
    work: Work, membership_id: UUID, purchase_order: str, offer_key: str | None = None
) -> MembershipOrder:
    """Order the next year within the window, at its level or a lower one (M1, K3).

    Raises Forbidden, NotFound; MembershipRefused outside of the window, and where it was bought
    anew or an order waits; BadInput for another offer.
    """
    membership = get_membership(work.session, membership_id)
    organisation = _enter(work, membership.organisation_id)
    today = work.today(organisation.time_zone)
    refuse_replaced(membership)
    check_renewal(year_of(membership, today), today, membership_terms(membership.anniversary))
    offer = offer_on(offer_key or membership.offer_key, today)
    check_level(membership, offer, offers_on(today))
    check_qualified(work, membership, offer, today)
    price = _price(offer, membership.currency)
    line = _Line(MembershipOrderKind.RENEW, offer, price, price, membership.competency, membership)
    return _place(work, organisation, line, purchase_order)


def upgrade(
    work: Work, membership_id: UUID, purchase_order: str, competency: str | None = None
) -> MembershipOrder:
    """Order gold in place of silver, at 25 % off its price, within the year (M3).

    It is on a competency that qualifies for gold, its own unless another is named (K3). The
    anniversary stays (ours). Raises Forbidden, NotFound, BadInput, MembershipRefused.
    """
    membership = get_membership(work.session, membership_id)
    organisation = _enter(work, membership.organisation_id)
    today = work.today(organisation.time_zone)
    refuse_replaced(membership)
    version = membership_terms(membership.anniversary)
    offers = offers_on(today)
    gold = offers.terms.of_level(OfferFamily.PACKAGE, Level.GOLD)
    present = offer_on(membership.offer_key, today)
    if gold is None or present.level is not Level.SILVER:
        raise MembershipRefused(
            "M3",
            _(
                "Only a silver package is upgraded, to gold, by version %(version)s of the offers.",
                version=offers.name,
            ),
            reason="not_silver",
            way_out=_("Buy or renew the offer that is wanted."),
            facts={"version": offers.name, "source": offers.source},
        )
    check_upgrade(year_of(membership, today), today, version)
    listed = _price(gold, membership.currency)
    amount = upgrade_price(listed, version.terms.upgrade_off)
    on = check_buyable(work, organisation.id, competency or membership.competency, gold, today)
    line = _Line(MembershipOrderKind.UPGRADE, gold, listed, amount, on, membership)
    return _place(work, organisation, line, purchase_order)


def withdraw_order(work: Work, order_id: UUID) -> MembershipOrder:
    """Take back an order that nobody has paid. Raises Forbidden, NotFound, MembershipRefused."""
    order = get_order(work.session, order_id)
    _enter(work, order.organisation_id)
    work.does("membership_order.withdrawn")
    if not close_order(work, order, _STATE.WITHDRAWN):
        raise MembershipRefused(
            "M3",
            _("Order %(number)s does not wait for a payment any more.", number=order.number),
            reason="not_waiting",
            way_out=_("Look at the membership: it may be paid already."),
        )
    return order


def close_order(work: Work, order: MembershipOrder, state: MembershipOrderState) -> bool:
    """Let an order that waits end unpaid; False: somebody was quicker."""
    waits = (MembershipOrder.id == order.id, MembershipOrder.state == _STATE.PLACED)
    if guarded_update(work.session, MembershipOrder, *waits, state=state) != 1:
        return False
    record = (MembershipOrder.__tablename__, order.id, order.organisation_id)
    before, after = {"state": _STATE.PLACED.value}, {"state": state.value}
    journal(work, work.action, record, before=before, after=after)
    work.session.refresh(order)
    return True


def _enter(work: Work, organisation_id: UUID) -> Organisation:
    work.actor.require(Permission.EDIT_MEMBERSHIPS)
    require_whole_organisation(work)
    return get_organisation(work.session, organisation_id)


def _price(offer: Offer, currency: str) -> Money:
    price = offer.prices.get(currency)
    if price is None:
        raise BadInput(
            "M1",
            _("The offer has no price in %(currency)s.", currency=currency),
            field="currency",
            way_out=_("Choose one of: %(currencies)s.", currencies=tuple(sorted(offer.prices))),
        )
    return price


def _place(
    work: Work, organisation: Organisation, line: _Line, purchase_order: str
) -> MembershipOrder:
    today = work.today(organisation.time_zone)
    _lapse_overdue(work, organisation, line.offer.family)
    work.does("membership_order.placed")
    membership = line.membership
    terms = membership_terms(membership.anniversary if membership else today)
    order = MembershipOrder(
        organisation_id=organisation.id,
        membership_id=membership.id if membership else None,
        number=f"M-{today.year}-{next_in_series(work, f'membership-{today.year}'):06d}",
        kind=line.kind,
        state=_STATE.PLACED,
        family=line.offer.family,
        offer_key=line.offer.key,
        competency=line.competency,
        anniversary=membership.anniversary if membership else None,
        purchase_order=purchase_order,
        currency=line.amount.currency,
        list_minor=line.listed.minor,
        amount_minor=line.amount.minor,
        offers_version=offers_on(today).name,
        terms_version=terms.name,
        placed_at=work.now,
        placed_on=today,
        pay_by=payable_until(line.kind, membership, today),
    )
    double = another_waits(work, organisation, line.offer.family, terms)
    with refusing_doubles(work, uq_membership_order_waiting=double):
        work.session.add(order)
    return order


def _lapse_overdue(work: Work, organisation: Organisation, family: OfferFamily) -> None:
    """What lapsed by its day makes room, whether the sweep has been here or not (M3)."""
    today = work.today(organisation.time_zone)
    for order in list_overdue(work.session, organisation.id, family, today):
        lapse(work, order)


def lapse(work: Work, order: MembershipOrder) -> bool:
    """Write that an unpaid order has lapsed; False: it was paid or closed meanwhile (M3)."""
    work.does("membership_order.lapsed")
    return close_order(work, order, _STATE.LAPSED)
