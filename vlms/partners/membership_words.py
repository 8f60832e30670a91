"""The words of memberships, on pages and in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vlms.core.text import Text, _
from vlms.partners.competencies import called, shipped
from vlms.partners.offers import benefit_names, offer_names
from vlms.partners.rules.membership_orders import MembershipOrderKind, MembershipOrderState
from vlms.partners.rules.membership_reminding import ReminderKind
from vlms.partners.rules.membership_year import MembershipState

STATE_WORDS: dict[MembershipState, Text] = {
    MembershipState.ACTIVE: _("Membership active"),
    MembershipState.WINDOW_OPEN: _("Renewal window open"),
    MembershipState.REOPENED: _("Window open again"),
    MembershipState.LAPSED: _("Membership lapsed"),
}
ORDER_KIND_WORDS: dict[MembershipOrderKind, Text] = {
    MembershipOrderKind.BUY: _("First purchase"),
    MembershipOrderKind.RENEW: _("Renewal of the membership"),
    MembershipOrderKind.UPGRADE: _("Upgrade to gold"),
}
ORDER_STATE_WORDS: dict[MembershipOrderState, Text] = {
    MembershipOrderState.PLACED: _("Waits for its payment"),
    MembershipOrderState.PAID: _("Order paid"),
    MembershipOrderState.LAPSED: _("Lapsed unpaid"),
    MembershipOrderState.WITHDRAWN: _("Withdrawn"),
}
REMINDER_WORDS: dict[ReminderKind, Text] = {
    ReminderKind.RENEWAL: _("Reminder of the renewal"),
    ReminderKind.BENEFITS: _("Reminder of unused benefits"),
    ReminderKind.SKILLS: _("Skills check before the anniversary"),
    ReminderKind.LOST: _("Benefits lost"),
}
ACTION_WORDS = {
    "membership.bought": _("Membership bought"),
    "membership.replaced": _("Membership bought anew"),
    "membership.renewed": _("Membership renewed"),
    "membership.upgraded": _("Membership upgraded"),
    "membership.reminded": _("Reminded of a membership"),
    "membership_order.placed": _("Membership order placed"),
    "membership_order.paid": _("Membership order paid"),
    "membership_order.lapsed": _("Membership order lapsed"),
    "membership_order.withdrawn": _("Membership order withdrawn"),
    "benefit.entered": _("Benefits entered in the register"),
    "benefit.assigned": _("Benefits assigned"),
    "benefit.activated": _("Benefits activated"),
    "role.handed_over": _("Role handed over"),
}
COLUMN_WORDS = {
    "offer_key": _("Membership offer"),
    "competency": _("Bought on the competency"),
    "anniversary": _("Anniversary"),
    "replaced_on": _("Bought anew on"),
    "membership_order.number": _("Order"),
    "membership_order.kind": _("Kind"),
    "membership_order.state": _("State"),
    "membership_order.purchase_order": _("Purchase order number"),
    "membership_order.amount_minor": _("Amount before tax"),
    "membership_order.paid_on": _("Paid on"),
    "benefit_key": _("Benefit"),
    "membership_benefit.quantity": _("Quantity"),
    "assigned_count": _("Assigned"),
    "activated_count": _("Activated"),
    "membership_benefit.ends_on": _("Ends on"),
}
VALUE_WORDS: dict[str, Mapping[Any, Text | str]] = {
    "membership.offer_key": offer_names(),
    "membership_order.offer_key": offer_names(),
    "membership_benefit.benefit_key": benefit_names(),
    "membership.competency": {key: called(key) for key in shipped()},
    "membership_order.kind": ORDER_KIND_WORDS,
    "membership_order.state": ORDER_STATE_WORDS,
}
