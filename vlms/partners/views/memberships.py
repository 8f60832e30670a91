"""Pages of memberships: the offers, one membership, why it can or cannot be renewed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask import Blueprint, g, render_template, url_for

from vlms.audit.views import journal_of
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.partners.competencies import called
from vlms.partners.membership_words import (
    ACTION_WORDS,
    COLUMN_WORDS,
    ORDER_KIND_WORDS,
    ORDER_STATE_WORDS,
    REMINDER_WORDS,
    STATE_WORDS,
    VALUE_WORDS,
)
from vlms.partners.models.memberships import Membership, MembershipOrder
from vlms.partners.offers import offer_on, offers_on
from vlms.partners.queries.membership_mails import list_planned
from vlms.partners.queries.membership_standing import (
    MembershipStanding,
    benefit_value,
    order_state,
    standing_of,
)
from vlms.partners.queries.memberships import (
    currencies_of_orders,
    find_waiting,
    get_membership,
    list_benefits,
    list_memberships,
    list_orders,
    list_orders_of,
    list_reminders,
)
from vlms.partners.rules.membership_orders import MembershipOrderState
from vlms.partners.rules.membership_reminding import ReminderKind
from vlms.partners.rules.membership_year import MembershipState
from vlms.web.access import requires
from vlms.web.words import add_currencies, add_words

memberships = Blueprint("memberships", __name__, url_prefix="/o/<organisation>/memberships")
add_words(ACTION_WORDS, COLUMN_WORDS, VALUE_WORDS)
add_currencies(membership_order=currencies_of_orders)

_LINK_WORDS = {
    "opens": _("Open the calendar"),
    "closes": _("Look at its days"),
    "order": _("Record its payment"),
    "competency": _("What the competency has and needs"),
    "role": _("Whom to ask"),
}


@memberships.get("/")
@requires(Permission.VIEW_MEMBERSHIPS)
def index() -> str:
    organisation_id = g.workspace.organisation_id
    found = [_standing(one) for one in list_memberships(db.session(), organisation_id)]
    today = local_day(g.now, g.workspace.time_zone)
    version = offers_on(today)
    # What runs or can still be renewed is not bought beside it.
    held = {
        one.membership.family
        for one in found
        if not one.is_replaced and one.state is not MembershipState.LAPSED
    }
    offers = [offer for offer in version.terms.offers if offer.family not in held]
    return render_template(
        "memberships/index.html",
        found=found,
        offers=offers,
        waiting={
            offer.family: find_waiting(db.session(), organisation_id, offer.family, today)
            for offer in offers
        },
        version=version,
        orders=_orders(list_orders(db.session(), organisation_id)),
        states=STATE_WORDS,
        called=called,
        zone=g.workspace.time_zone,
        **_order_words(),
    )


@memberships.get("/<uuid:membership_id>")
@requires(Permission.VIEW_MEMBERSHIPS)
def show(membership_id: UUID) -> str:
    standing = _standing(get_membership(db.session(), membership_id))
    benefits = list_benefits(db.session(), membership_id)
    orders = list_orders_of(db.session(), membership_id)
    return render_template(
        "memberships/show.html",
        standing=standing,
        benefits=[(one, benefit_value(one)) for one in benefits],
        orders=_orders(orders),
        planned=_planned(standing),
        reminders=list_reminders(db.session(), membership_id),
        reminder_words=REMINDER_WORDS,
        states=STATE_WORDS,
        called=called,
        zone=g.workspace.time_zone,
        entries=journal_of(
            membership_id,
            *(one.id for one in benefits),
            *(one.id for one in orders),
            edited_by=Permission.EDIT_MEMBERSHIPS,
        ),
        **_order_words(),
    )


@memberships.get("/<uuid:membership_id>/conditions")
@requires(Permission.VIEW_MEMBERSHIPS)
def conditions(membership_id: UUID) -> str:
    """Why it can or cannot be renewed today."""
    standing = _standing(get_membership(db.session(), membership_id))
    return render_template(
        "memberships/conditions.html",
        standing=standing,
        links=_links(standing),
        link_words=_LINK_WORDS,
        states=STATE_WORDS,
        zone=g.workspace.time_zone,
    )


def _standing(membership: Membership) -> MembershipStanding:
    may_order = g.actor.may(Permission.EDIT_MEMBERSHIPS)
    return standing_of(db.session(), membership, g.now, may_order=may_order)


def _planned(standing: MembershipStanding) -> list[tuple[date, ReminderKind]]:
    """The mails that are still to come, as things stand."""
    found = list_planned(db.session(), standing.membership, standing.today)
    return [(day, kind) for day, kind in found if day >= standing.today]


def _links(standing: MembershipStanding) -> dict[str, str]:
    """Where each condition is looked at or mended."""
    page = url_for("memberships.show", membership_id=standing.membership.id)
    links = {
        "opens": url_for("calendar.index"),
        "closes": page,
        "role": url_for("help.workspace_contacts"),
    }
    if standing.qualification is not None:
        key = standing.qualification.key
        links["competency"] = url_for("competencies.show", name=key)
    if standing.waiting is not None:
        links["order"] = url_for("memberships.pay", membership_order_id=standing.waiting.id)
    return links


def _orders(
    orders: Sequence[MembershipOrder],
) -> list[tuple[MembershipOrder, MembershipOrderState, Text]]:
    """Each order with its state now and the name of its offer."""
    return [
        (one, order_state(one, g.now), offer_on(one.offer_key, one.placed_on).name)
        for one in orders
    ]


def _order_words() -> dict[str, object]:
    return {"kind_words": ORDER_KIND_WORDS, "order_words": ORDER_STATE_WORDS}
