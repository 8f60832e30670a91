"""What commands of orders share: typed lines and moments, look-ups, who acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import click
from flask import current_app
from sqlalchemy.orm import Session

from vlms.accounts.queries import find_user
from vlms.agreements.models import Agreement
from vlms.agreements.queries import find_agreement
from vlms.catalog.cli_values import product_named
from vlms.core.attempts import retrying
from vlms.core.clock import local_day, system_clock
from vlms.core.commands import OPERATOR, SCOPE
from vlms.core.errors import BadInput, NotFound
from vlms.core.money import Money
from vlms.core.reading import read_day, read_moment, read_whole, shown
from vlms.core.text import _
from vlms.core.work import Actor, Work, working
from vlms.orders.models import Order
from vlms.orders.queries import find_order
from vlms.orders.rules.limits import LARGEST_QUANTITY
from vlms.orders.service.pricing import LineWish

as_option = click.option("--as", "email", metavar="E-MAIL", help="Act as this user.")
LINE = "PRODUCT:QUANTITY[:12|:next]"
line_option = click.option(
    "--line",
    "lines",
    multiple=True,
    required=True,
    metavar=LINE,
    help="A line; :12 asks for 12 months, :next takes the next period.",
)
_WISHES = {"": (False, False), "12": (True, False), "next": (False, True)}
_quantity = read_whole(1, LARGEST_QUANTITY)


def read_line(session: Session, typed: str) -> LineWish:
    """A line typed as LINE. Raises BadInput, or NotFound for an unknown product."""
    key, _colon, rest = typed.partition(":")
    quantity, _colon, wish = rest.partition(":")
    if wish not in _WISHES:
        raise BadInput(
            None,
            _('The line "%(line)s" cannot be read.', line=shown(typed)),
            way_out=_("Write PRODUCT:QUANTITY, with :12 or :next behind it."),
        )
    product = product_named(session, key)
    return LineWish(product.id, _quantity(quantity, _("Quantity")), *_WISHES[wish])


def moment_of(typed: str, zone: str, now: datetime, since: datetime | None = None) -> datetime:
    """A local moment, or a day: then the earliest moment of it that `since` allows.

    The day of `now` means now. Raises BadInput.
    """
    if "T" in typed:
        return read_moment(zone)(typed, _("Day and time"))
    day = read_day(typed, _("Day"))
    if day == local_day(now, zone):
        return now
    begins = datetime.combine(day, time.min, ZoneInfo(zone))
    if since is not None and local_day(since, zone) == day:
        return since
    return begins


def day_of(typed: str | None, agreement: Agreement) -> date:
    """A typed day, else today in the agreement's zone. Raises BadInput."""
    if typed is None:
        return local_day(system_clock(), agreement.time_zone)
    return read_day(typed, _("The order day"))


def get_order_by_number(session: Session, number: str) -> Order:
    """Raises NotFound."""
    order = find_order(session, number)
    if order is None:
        raise NotFound(None, _('There is no order "%(number)s".', number=shown(number)))
    return order


def key_of(work: Work, number: str) -> UUID:
    """The key of the order with this number. Raises NotFound."""
    return get_order_by_number(work.session, number).id


def get_agreement_by_number(session: Session, number: str) -> Agreement:
    """Raises NotFound."""
    agreement = find_agreement(session, number)
    if agreement is None:
        raise NotFound(None, _('There is no agreement "%(number)s".', number=shown(number)))
    return agreement


def window_days() -> int:
    """O1: how long before an agreement's first day it may be ordered under."""
    return int(current_app.config["SETTINGS"].order_early_days)


def run(email: str | None, act: Callable[[Work], Order]) -> None:
    """Do one thing to an order in a unit of work of its own, and say how it stands."""

    def attempt() -> str:
        with working(_actor(email), SCOPE, system_clock()) as work:
            order = act(work)
            total = Money(order.total_minor, order.currency)
            return f"{order.number}: {order.state.value}, {total} before tax"

    click.echo(retrying(attempt))


def _actor(email: str | None) -> Actor:
    """The command line itself, or a user by whom it is done."""
    if email is None:
        return OPERATOR
    with working(OPERATOR, SCOPE, system_clock()) as work:
        user = find_user(work.session, email)
    if user is None:
        raise NotFound(None, _('There is no user "%(email)s".', email=shown(email)))
    return Actor(user.name, user.id, roles=OPERATOR.roles)
