"""The words of the pages of partner organisations, by endpoint."""

from __future__ import annotations

from vlms.core.text import Text, _

PARTNER: dict[str, Text] = {
    "memberships.activate": _("Note how many of the assigned benefits are in use."),
    "memberships.assign": _("Note how many of a benefit are assigned; never more than there are."),
    "memberships.buy": _("Order a membership offer. Its year begins with the payment."),
    "memberships.conditions": _(
        "What a renewal needs, each with a tick or a cross, and where it is mended."
    ),
    "memberships.hand_over": _("Gives your role as partner administrator to somebody else."),
    "memberships.index": _(
        "Your membership offers with their yearly days, and what can be renewed or bought."
    ),
    "memberships.pay": _("Record when an order of a membership was paid; that moves its year."),
    "memberships.renew": _("Order the next year of a membership while its window is open."),
    "memberships.show": _("One membership with its days, benefits, orders and history."),
    "memberships.upgrade": _("Order gold in place of silver for the rest of the year."),
    "skills.index": _(
        "What people of this organisation have passed and hold, and which competencies ask for it."
    ),
    "locations.index": _("Your locations with their MPN ids; people belong to one of them."),
    "locations.new": _("Enter a location with its MPN id."),
    "locations.edit": _("Change a location, or name it the headquarters."),
    "locations.show": _("One location, and who belongs to it."),
    "locations.remove": _("Takes a location away; its people go to the headquarters."),
    "memberships.withdraw": _("Takes back an order that nobody has paid."),
}
