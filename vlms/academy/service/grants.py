"""Imagine Academy grants (A3): they come by themselves, 30 vouchers shared by all schools.

The rule of this house: an order that somebody placed under EES, School or OVS-ES brings one
grant when it is recorded as *processed* – a purchase as well as a renewal, one grant an order
however many lines it has. An order cancelled before brings none; one cancelled on request
afterwards ends its grant: what was drawn stays drawn, the rest is taken back.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from vlms.academy.models.packs import Pack, PackEntry, PackEntryKind, PackKind, PackQuota
from vlms.academy.models.packs import quota_place as place_of
from vlms.academy.rules.grant_term import PRODUCT_KEY, grant_term
from vlms.academy.service.grant_mail import tell_contact
from vlms.academy.service.ledger import ledger_line
from vlms.agreements.models import Agreement
from vlms.audit.service import journal
from vlms.catalog.models import Product
from vlms.catalog.queries import find_product
from vlms.core.scoping import guarded_update
from vlms.core.term import end_of_day, start_of_day
from vlms.core.work import Work
from vlms.orders.events import OrderCancelled, OrderProcessed
from vlms.orders.models import Order, OrderLine
from vlms.orders.queries import get_order
from vlms.orders.service.by_system import find_brought, place_free
from vlms.orders.service.series import next_in_series

_GRANTING = "an Imagine Academy grant comes by itself (A3)"
_ENDING = "a cancelled order's grant ends (A3)"


def grant_on_processing(work: Work, event: OrderProcessed) -> None:
    """Bring the grant of an order that was processed just now; once, whoever asks again."""
    with work.as_system(_GRANTING):
        order = get_order(work.session, event.order_id)
        product = find_product(work.session, PRODUCT_KEY)
        term = _term(work, order)
        # A catalogue that was never loaded has no grants to give.
        if product is None or term is None or find_brought(work.session, order.id) is not None:
            return
        line = place_free(work, order, product, term)
        pack = _open(work, order.agreement, line, product, term)
        tell_contact(work, order, pack)


def _term(work: Work, order: Order) -> tuple[date, date] | None:
    """First and last day of the grant; None where the order brings none."""
    agreement = order.agreement
    if order.brought_by_order_id is not None or not agreement.programme.is_academic:
        return None
    today = work.today(agreement.time_zone)
    return grant_term(today, agreement.first_day, agreement.last_day)


def _open(
    work: Work, agreement: Agreement, line: OrderLine, product: Product, term: tuple[date, date]
) -> Pack:
    """The grant's counter with its one quota, which no school has for itself."""
    work.does("pack.granted")
    first_day, last_day = term
    pack = Pack(
        organisation_id=line.organisation_id,
        agreement_id=line.agreement_id,
        reseller_id=line.reseller_id,
        order_line_id=line.id,
        product_id=product.id,
        number=f"IA-{next_in_series(work, 'grant'):06d}",
        kind=PackKind.IMAGINE_GRANT,
        capacity=product.units,
        allotted_count=product.units,
        last_day=last_day,
        time_zone=agreement.time_zone,
        usable_at=max(work.now, start_of_day(first_day, agreement.time_zone)),
        expires_at=end_of_day(last_day, agreement.time_zone),
        opened_at=work.now,
    )
    work.session.add(pack)
    work.flush()
    quota = PackQuota(
        organisation_id=pack.organisation_id,
        agreement_id=pack.agreement_id,
        pack_id=pack.id,
        place=place_of(None, None),
        quota_count=product.units,
    )
    work.session.add(quota)
    work.flush()
    work.session.add(PackEntry(**ledger_line(work, quota, PackEntryKind.GIVEN, product.units)))
    return pack


def end_on_cancelling(work: Work, event: OrderCancelled) -> None:
    """End the grant that a cancelled order had brought; nothing of it is drawn any more."""
    with work.as_system(_ENDING):
        brought = find_brought(work.session, event.order_id)
        if brought is None:
            return
        pack = work.session.scalars(
            select(Pack).join(OrderLine).where(OrderLine.order_id == brought.id)
        ).one()
        for quota in pack.quotas:
            _recall(work, quota)
        work.does("pack.withdrawn")
        pack.expires_at = min(pack.expires_at, work.now)
        pack.last_day = min(pack.last_day, work.today(pack.time_zone))


def _recall(work: Work, quota: PackQuota) -> None:
    """Take back what is free at this moment, in one statement with its condition (A2)."""
    work.session.refresh(quota, with_for_update=True)
    free = quota.free_count
    if free == 0:
        return
    left = quota.quota_count - free
    guarded_update(
        work.session,
        PackQuota,
        PackQuota.id == quota.id,
        PackQuota.reserved_count + PackQuota.used_count <= left,
        quota_count=left,
    )
    guarded_update(
        work.session, Pack, Pack.id == quota.pack_id, allotted_count=Pack.allotted_count - free
    )
    work.session.add(PackEntry(**ledger_line(work, quota, PackEntryKind.RECALLED, free)))
    record = ("pack_quota", quota.id, quota.organisation_id)
    journal(work, "pack.withdrawn", record, after={"quota_count": left})
    work.session.refresh(quota)
