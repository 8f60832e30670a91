"""Deadlines of orders, agreements and codes as entries of a calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from vlms.agreements.models import Agreement
from vlms.agreements.rules.ladder import LADDER, days_of_ladder
from vlms.catalog.models import Product
from vlms.codes.calendar import appointment_entry, last_day_entry
from vlms.codes.models import Code, Registration
from vlms.codes.queries import LAPSING
from vlms.codes.rules.appointment import AppointmentTerms, free_cancel_until
from vlms.codes.rules.lifecycle import State
from vlms.core.clock import local_day
from vlms.core.permissions import Permission
from vlms.core.text import _, ngettext
from vlms.exports.calendar import Entry
from vlms.giving.queries.reminders import plan_of
from vlms.orders.models import Order
from vlms.orders.rules.deadline import Deadline, Promise
from vlms.orders.service.showing import Calendar
from vlms.orders.words import PROMISE_WORDS
from vlms.planning.calendar_kinds import Kind
from vlms.planning.looking import Look
from vlms.planning.queries.order_clocks import list_running
from vlms.web.locales import name_of, show_moment, show_zone

# A calendar holds no more of each kind; the nearest come first.
MOST = 500
_HOLDS = (State.ASSIGNED, State.REGISTERED)

Addresser = Callable[..., str]
"""Makes the address of a page: `address("orders.show", order_id=…)`."""


def order_entries(calendar: Calendar, order: Order, address: Addresser) -> Iterator[Entry]:
    """What is still due of an order: moments, and the last day for its codes (O4)."""
    dates = calendar.dates(order)
    for deadline in dates.deadlines:
        if deadline.met_at is None:
            yield _order_entry(order, deadline, dates.codes, address)


def _order_entry(
    order: Order, deadline: Deadline, codes: tuple[date, date] | None, address: Addresser
) -> Entry:
    zone = order.agreement.time_zone
    is_day = deadline.promise is Promise.CODES and codes is not None
    note = show_zone(zone) if is_day else show_moment(deadline.due_at, zone)
    return Entry(
        f"{order.id}-{deadline.promise.value}",
        f"{order.number}: {PROMISE_WORDS[deadline.promise]}",
        codes[1] if is_day and codes else deadline.due_at,
        note=note,
        address=address("orders.show", order_id=order.id),
        kind=Kind.ORDER.value,
        zone=zone,
    )


def agreement_entries(
    agreement: Agreement, today: date, address: Addresser, ladder: Sequence[int] = LADDER
) -> Iterator[Entry]:
    """An agreement's last day and the days of its ladder (F10), from today on."""
    page = address("agreements.show", agreement_id=agreement.id)
    zone = show_zone(agreement.time_zone)
    last = agreement.last_day
    if last >= today:
        title = str(_("Last day of agreement %(number)s", number=agreement.number))
        key = f"{agreement.id}-end"
        yield Entry(key, title, last, note=zone, address=page, kind=Kind.AGREEMENT.value)
    for days, day in days_of_ladder(last, ladder):
        if day >= today:
            title = str(
                ngettext(
                    "Agreement %(agreement)s ends in %(number)s day",
                    "Agreement %(agreement)s ends in %(number)s days",
                    days,
                    agreement=agreement.number,
                )
            )
            key = f"{agreement.id}-{days}"
            yield Entry(key, title, day, note=zone, address=page, kind=Kind.AGREEMENT.value)


def workspace_entries(look: Look, address: Addresser) -> list[Entry]:
    """Of running orders, of agreements and of unused codes, what the visitor may see."""
    entries: list[Entry] = []
    if look.may(Permission.VIEW_ORDERS):
        calendar = Calendar(look.session)
        for order in list_running(look.session, MOST):
            entries += order_entries(calendar, order, address)
    if look.may(Permission.VIEW_AGREEMENTS):
        ladders: dict[UUID, Sequence[int]] = {}
        for agreement in _agreements(look):
            key = agreement.organisation_id
            ladder = ladders.get(key) or plan_of(look.session, key).ladder
            ladders[key] = ladder
            today = local_day(look.now, agreement.time_zone)
            entries += agreement_entries(agreement, today, address, ladder)
    if look.may(Permission.VIEW_CODES):
        entries += _lapsing(look, address)
    return entries


def _agreements(look: Look) -> Sequence[Agreement]:
    today = local_day(look.now, look.zone)
    statement = select(Agreement).where(Agreement.last_day >= today - timedelta(days=1))
    return look.session.scalars(statement.order_by(Agreement.last_day).limit(MOST)).all()


def _lapsing(look: Look, address: Addresser) -> Iterator[Entry]:
    """One entry a last day and product: how many codes lapse then, if nobody uses them."""
    products = {each.id: each for each in look.session.scalars(select(Product))}
    statement = (
        select(Code.last_day, Code.time_zone, Code.product_id, func.count(Code.id))
        .where(Code.state.in_(LAPSING), Code.expires_at > look.now)
        .group_by(Code.last_day, Code.time_zone, Code.product_id)
        .order_by(Code.last_day, Code.product_id)
        .limit(MOST)
    )
    for day, zone, product_id, count in look.session.execute(statement):
        title = ngettext(
            "%(number)s unused code lapses: %(product)s",
            "%(number)s unused codes lapse: %(product)s",
            count,
            product=name_of(products[product_id]),
        )
        place = zone.replace("/", "-").lower()
        yield Entry(
            f"{look.organisation_id}-{product_id}-{day:%Y%m%d}-{place}",
            str(title),
            day,
            note=show_zone(zone),
            address=address("codes.index", product=product_id),
            kind=Kind.CODE.value,
        )


def own_entries(session: Session, now: datetime, address: Addresser) -> Iterator[Entry]:
    """A holder's codes: the last day of each, its appointment, and until when to cancel it."""
    is_good = Code.state.in_(_HOLDS) & (Code.expires_at > now)
    codes = session.scalars(
        select(Code).where(is_good).options(joinedload(Code.product)).limit(MOST)
    ).all()
    for code in codes:
        page = address("my_codes.show", code_id=code.id)
        title = str(_("Last day of use: %(product)s", product=name_of(code.product)))
        yield replace(last_day_entry(code.id, code.last_day, title, page), kind=Kind.CODE.value)
    registrations = session.scalars(
        select(Registration)
        .where(Registration.is_open, Registration.starts_at > now)
        .options(joinedload(Registration.exam))
        .limit(MOST)
    )
    for found in registrations:
        yield from _appointment(found, address("my_codes.show", code_id=found.code_id))


def _appointment(found: Registration, page: str) -> Iterator[Entry]:
    exam = f"{found.exam_number} {name_of(found.exam)}"
    appointment = appointment_entry(found.id, found.starts_at, exam, found.site, page)
    yield replace(appointment, kind=Kind.SITTING.value)
    until = free_cancel_until(found.starts_at, AppointmentTerms())
    title = str(_("Cancel by now, or the voucher is forfeited: %(exam)s", exam=exam))
    yield Entry(_cancel_key(found.id), title, until, address=page, kind=Kind.SITTING.value)


def _cancel_key(registration_id: UUID) -> str:
    return f"{registration_id}-cancel-by"
