"""A site pack opens by itself once its order is recorded as *processed* (O4).

One pack a line: its capacity is what was delivered of the line × the product's units. What
cannot open stays to be delivered, with the reason; after 24 hours the operator's home says so.
"""

from __future__ import annotations

from sqlalchemy import select

from vlms.academy.errors import AcademyRefused
from vlms.academy.models.packs import Pack, PackKind
from vlms.academy.service.pack_mail import tell_opened
from vlms.agreements.models import Agreement
from vlms.audit.service import journal
from vlms.catalog.models import ProductKind
from vlms.codes.rules.expiry import Expiry, LineTerm, code_expiry
from vlms.core.errors import DomainError, Topic
from vlms.core.scoping import guarded_update
from vlms.core.term import start_of_day
from vlms.core.text import _
from vlms.core.work import Work
from vlms.orders.events import LineDelivered, OrderProcessed
from vlms.orders.models import OrderLine
from vlms.orders.queries import get_order
from vlms.orders.service.delivery import keep_closed, open_pack
from vlms.orders.service.series import next_in_series

_OPENING = "a site pack opens by itself (O4)"


def open_on_processing(work: Work, event: OrderProcessed) -> None:
    """Open every site pack of the order; one that cannot open is left with the reason."""
    with work.as_system(_OPENING):
        order = get_order(work.session, event.order_id)
        for line in list(order.lines):
            if line.product.kind is not ProductKind.SITE_PACK or not _is_open(line):
                continue
            refusal = why_closed(work, line)
            if refusal is None:
                order = open_pack(work, order, line)
            else:
                keep_closed(work, line, str(refusal))


def open_on_delivery(work: Work, event: LineDelivered) -> None:
    """Make the pack of a line that was delivered just now, or let it grow; tell its contact.

    Raises AcademyRefused (C5) when it would have lapsed.
    """
    with work.as_system(_OPENING):
        line = work.session.get_one(OrderLine, event.line_id, populate_existing=True)
        if line.product.kind is ProductKind.SITE_PACK:
            _open(work, line, event.quantity)


def _open(work: Work, line: OrderLine, quantity: int) -> None:
    refusal = why_closed(work, line)
    if refusal is not None:
        raise refusal
    pack = work.session.scalar(select(Pack).where(Pack.order_line_id == line.id))
    if pack is None:
        tell_opened(work, make_pack(work, line, quantity))
    else:
        _grow(work, pack, quantity * line.product.units)


def why_closed(work: Work, line: OrderLine) -> DomainError | None:
    """Why the line's pack cannot open now; None when it can."""
    expiry = _expiry(work, line)
    if expiry.expires_at > work.now:
        return None
    return AcademyRefused(
        "C5",
        _("This pack would have lapsed on %(day)s.", day=expiry.last_day),
        reason="pack_lapsed",
        way_out=_("Leave the line open, and agree with the customer on a new order."),
        ask=Topic.CODES,
    )


def _is_open(line: OrderLine) -> bool:
    return line.delivered_quantity < line.quantity


def _expiry(work: Work, line: OrderLine) -> Expiry:
    """The pack's last day: the earlier of the line's charge end and the agreement's (C5)."""
    agreement = work.session.get_one(Agreement, line.agreement_id)
    charge_end = line.charge_end or agreement.last_day
    return code_expiry(
        LineTerm(
            charge_end,
            agreement.last_day,
            agreement.time_zone,
            line.product.lives_to_agreement_end,
        )
    )


def make_pack(work: Work, line: OrderLine, quantity: int) -> Pack:
    """The counter of a line of which so many units were delivered (A2)."""
    work.does("pack.opened")
    agreement = work.session.get_one(Agreement, line.agreement_id)
    expiry = _expiry(work, line)
    first_day = max(agreement.first_day, line.charge_start or agreement.first_day)
    pack = Pack(
        organisation_id=line.organisation_id,
        agreement_id=line.agreement_id,
        reseller_id=line.reseller_id,
        order_line_id=line.id,
        product_id=line.product_id,
        number=f"SP-{next_in_series(work, 'pack'):06d}",
        kind=PackKind.SITE_PACK,
        capacity=quantity * line.product.units,
        last_day=expiry.last_day,
        time_zone=agreement.time_zone,
        usable_at=start_of_day(first_day, agreement.time_zone),
        expires_at=expiry.expires_at,
        opened_at=work.now,
    )
    work.session.add(pack)
    work.flush()
    return pack


def _grow(work: Work, pack: Pack, count: int) -> None:
    """Add a further part of the line to the pack that its schools share already."""
    before = pack.capacity
    guarded_update(work.session, Pack, Pack.id == pack.id, capacity=Pack.capacity + count)
    work.session.refresh(pack)
    record = ("pack", pack.id, pack.organisation_id)
    journal(
        work,
        "pack.grown",
        record,
        before={"capacity": before},
        after={"capacity": pack.capacity},
    )
