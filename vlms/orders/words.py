"""Names of states, steps and charge types for people."""

from __future__ import annotations

from vlms.core.text import Text, _
from vlms.orders.models import ChargeType, ConsentState
from vlms.orders.rules.deadline import Promise
from vlms.orders.rules.order_clock import OrderState, OrderStep

STATE_WORDS: dict[OrderState, Text] = {
    OrderState.DRAFT: _("Draft"),
    OrderState.AWAITING_APPROVAL: _("Waiting for approval"),
    OrderState.PLACED: _("Placed"),
    OrderState.PROCESSED: _("Processed"),
    OrderState.ACKNOWLEDGED: _("Acknowledged"),
    OrderState.INVOICED: _("Invoiced"),
    OrderState.FULFILLED: _("Fulfilled"),
    OrderState.CLOSED: _("Closed"),
    OrderState.CANCELLED: _("Cancelled"),
}
STEP_WORDS: dict[OrderStep, Text] = {
    OrderStep.ASK_APPROVAL: _("Approval asked"),
    OrderStep.APPROVE: _("Approved and placed"),
    OrderStep.DECLINE: _("Declined"),
    OrderStep.PLACE: _("Placed"),
    OrderStep.CANCEL: _("Cancelled"),
    OrderStep.CANCEL_ON_REQUEST: _("Cancelled by the reseller on request"),
    OrderStep.PROCESS: _("Processed"),
    OrderStep.ACKNOWLEDGE: _("Acknowledged"),
    OrderStep.INVOICE: _("Publisher's invoice"),
    OrderStep.OPEN_PACK: _("Site pack opened"),
    OrderStep.DELIVER: _("Delivered in part"),
    OrderStep.FULFIL: _("Fulfilled"),
    OrderStep.CLOSE: _("Closed"),
}
CHARGE_WORDS: dict[ChargeType, Text] = {
    ChargeType.NEW: _("New, 12 months"),
    ChargeType.ADD_QUANTITY: _("Prorated"),
    ChargeType.RENEW: _("Renewal, the next 12 months"),
}
PROMISE_WORDS: dict[Promise, Text] = {
    Promise.ACKNOWLEDGEMENT: _("Acknowledgement due"),
    Promise.SITE_PACK: _("Site pack due"),
    Promise.CODES: _("Codes due"),
}
CONSENT_WORDS: dict[ConsentState, Text] = {
    ConsentState.ASKED: _("Waits for an answer"),
    ConsentState.GIVEN: _("Agreed to"),
    ConsentState.DECLINED: _("Declined"),
    ConsentState.WITHDRAWN: _("Withdrawn"),
}
