"""The customer's answer to a higher total on the publisher's invoice day (P5)."""

from __future__ import annotations

from uuid import UUID

from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.forms import DeclineForm, PriceForm, shown_minor
from vlms.orders.models import Order
from vlms.orders.service.invoicing import decline_consent as decline_price
from vlms.orders.service.invoicing import give_consent
from vlms.orders.views.blueprint import orders
from vlms.orders.views.decisions import consent_decision, decline_consent_decision
from vlms.orders.views.steps import Answer, Step, take
from vlms.web.access import requires


@orders.route("/<uuid:order_id>/consent", methods=["GET", "POST"])
@requires(Permission.APPROVE_ORDERS)
def consent(order_id: UUID) -> Answer:
    form = PriceForm()

    def act(work: Work) -> Order:
        return give_consent(work, order_id, shown_total=shown_minor(form.shown_total.data))

    done = _("You agreed; the publisher's invoice is recorded.")
    return take(order_id, Step("consent", form, act, consent_decision, done))


@orders.route("/<uuid:order_id>/decline-consent", methods=["GET", "POST"])
@requires(Permission.APPROVE_ORDERS)
def decline_consent(order_id: UUID) -> Answer:
    form = DeclineForm()

    def act(work: Work) -> Order:
        return decline_price(work, order_id, form.reason.value)

    done = _("You declined; whoever recorded the invoice is told.")
    return take(order_id, Step("decline_consent", form, act, decline_consent_decision, done))
