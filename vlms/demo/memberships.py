"""The demo partner's memberships: one that runs, and a package whose window is open."""

from __future__ import annotations

from vlms.demo.orders import Stage
from vlms.partners.models.memberships import Membership
from vlms.partners.queries.memberships import list_benefits
from vlms.partners.service.membership_benefits import activate_benefits, assign_benefits
from vlms.partners.service.membership_orders import buy
from vlms.partners.service.membership_payments import record_payment

_PETRA = "partner@contoso.example"


def play_memberships(stage: Stage) -> None:
    """A silver package bought 375 days ago, the Action Pack in use since 100 days."""
    _bought(stage, "silver-package", -375, "Cloud Business Applications")
    membership = _bought(stage, "action-pack", -100, None)
    with stage.act(_PETRA, -90) as work:
        for one in list_benefits(work.session, membership.id):
            assign_benefits(work, one.id, 4)
            activate_benefits(work, one.id, 3)


def _bought(stage: Stage, offer: str, days: float, competency: str | None) -> Membership:
    place = stage.cast.organisations["contoso"]
    with stage.act(_PETRA, days) as work:
        order = buy(work, place.id, offer, "USD", f"PO-{offer.upper()[:6]}", competency)
        return record_payment(work, order.id, work.today(place.time_zone), "wire transfer")
