"""Codes are issued with the delivery: exactly as many, each with its own last day (C1, C5)."""

from __future__ import annotations

import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.conservation import check_codes
from tests.support.making import make_member, make_organisation, making
from tests.support.making_codes import (
    make_agreement,
    make_contact,
    make_line,
    make_product,
    make_stock,
    text_of,
)
from tests.support.owning import owner_engine
from vlms.accounts.models import OneTimeLink
from vlms.agreements.models import ContactKind
from vlms.audit.models import AuditEntry
from vlms.catalog.models import CodeSource, Product, ProductKind
from vlms.codes.errors import IssueRefused, StockShort
from vlms.codes.models import Code, CodeBatch, StockCode
from vlms.codes.rules.code_text import normalise
from vlms.codes.rules.expiry import LastDayReason
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.telling import tell_again
from vlms.core.db import Base, db
from vlms.core.permissions import Role
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage
from vlms.orders.events import LineDelivered
from vlms.orders.models import OrderLine

CONTACT = "cora@contoso.example"


def deliver(work: Work, line: OrderLine, quantity: int) -> None:
    """What orders do when units of a line are delivered."""
    line = work.session.get_one(OrderLine, line.id)
    line.delivered_quantity += quantity
    work.events.append(LineDelivered(line.id, quantity))


def a_line(clock: StillClock, quantity: int, **product: object) -> OrderLine:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        agreement = make_agreement(work, organisation)
        make_contact(work, agreement, CONTACT)
        return make_line(work, agreement, make_product(work, **product), quantity)  # type: ignore[arg-type]


def all_codes(work: Work) -> list[Code]:
    return list(work.session.scalars(select(Code).order_by(Code.batch_id, Code.number)))


def test_a_delivery_issues_quantity_times_units_available_codes(
    app: Flask, clock: StillClock
) -> None:
    line = a_line(clock, 2, key="class-pack", kind=ProductKind.CLASS_PACK, units=30)
    with making(clock()) as work:
        deliver(work, line, 2)
    with making(clock()) as work:
        codes = all_codes(work)
        batch = work.session.scalars(select(CodeBatch)).one()
        assert (len(codes), batch.code_count, batch.number) == (60, 60, "B-000001")
        assert {code.state for code in codes} == {State.AVAILABLE}
        assert [code.number for code in codes] == list(range(1, 61))
        assert len({text_of(work, code) for code in codes}) == 60
        assert normalise(text_of(work, codes[0]))[-4:] == codes[0].last4
        check_codes(work)


def test_a_code_lives_to_the_end_of_its_last_day_in_the_agreements_zone(
    app: Flask, clock: StillClock
) -> None:
    line = a_line(clock, 1)
    with making(clock()) as work:
        deliver(work, line, 1)
    with making(clock()) as work:
        (code,) = all_codes(work)
        assert (code.last_day, code.time_zone) == (date(2026, 12, 31), "Asia/Taipei")
        assert code.expires_at == datetime(2026, 12, 31, 16, tzinfo=UTC)
        assert code.last_day_reason is LastDayReason.CHARGE_END


def test_the_journal_tells_of_the_batch_and_not_of_each_code(app: Flask, clock: StillClock) -> None:
    line = a_line(clock, 5)
    with making(clock()) as work:
        deliver(work, line, 5)
    with making(clock()) as work:
        batch = work.session.scalars(select(CodeBatch)).one()
        entries = work.session.scalars(
            select(AuditEntry).where(AuditEntry.record_kind.in_(("code", "code_batch")))
        ).all()
        assert [(e.action, e.record_id) for e in entries] == [("code_batch.issued", batch.id)]
        assert entries[0].detail is not None
        assert entries[0].detail.after["code_count"] == 5


def test_a_short_delivery_issues_its_part_and_the_rest_later(app: Flask, clock: StillClock) -> None:
    line = a_line(clock, 5)
    for quantity in (2, 3):
        with making(clock()) as work:
            deliver(work, line, quantity)
    with making(clock()) as work:
        numbers = list(work.session.scalars(select(CodeBatch.number).order_by(CodeBatch.number)))
        assert numbers == ["B-000001", "B-000002"]
        check_codes(work)


def test_the_same_delivery_told_twice_issues_nothing_twice(app: Flask, clock: StillClock) -> None:
    line = a_line(clock, 3)
    with making(clock()) as work:
        deliver(work, line, 3)
    with pytest.raises(IssueRefused) as refusal, making(clock()) as work:
        work.events.append(LineDelivered(line.id, 3))
    assert refusal.value.rule == "C1"
    with making(clock()) as work:
        assert len(all_codes(work)) == 3
        check_codes(work)


def test_a_product_without_codes_issues_none(app: Flask, clock: StillClock) -> None:
    line = a_line(
        clock, 1, key="site", kind=ProductKind.SITE_PACK, units=125, code_source=CodeSource.NONE
    )
    with making(clock()) as work:
        deliver(work, line, 1)
    with making(clock()) as work:
        assert all_codes(work) == []


def test_nothing_is_issued_that_would_have_lapsed(app: Flask, clock: StillClock) -> None:
    line = a_line(clock, 1)
    clock.set(datetime(2027, 1, 1, tzinfo=UTC))
    with pytest.raises(IssueRefused) as refusal, making(clock()) as work:
        deliver(work, line, 1)
    assert refusal.value.reason == "issue_lapsed"
    with making(clock()) as work:
        assert work.session.get_one(OrderLine, line.id).delivered_quantity == 0


def test_provided_codes_are_drawn_line_bound_first_then_the_soonest_printed_day(
    app: Flask, clock: StillClock
) -> None:
    line = a_line(clock, 4, code_source=CodeSource.PROVIDER)
    with making(clock()) as work:
        product = work.session.get_one(Product, line.product_id)
        make_stock(work, product, ["UNDATED00001"])
        make_stock(work, product, ["LATER0000001"], last_day=date(2026, 9, 30))
        make_stock(work, product, ["SOONER000001"], last_day=date(2026, 6, 30))
        make_stock(work, product, ["BOUND0000001"], order_line_id=line.id)
        make_stock(work, product, ["LAPSED000001"], last_day=date(2026, 3, 1))
    with making(clock()) as work:
        deliver(work, line, 4)
    with making(clock()) as work:
        codes = all_codes(work)
        assert [(text_of(work, c), c.last_day, c.last_day_reason) for c in codes] == [
            ("BOUND0000001", date(2026, 12, 31), LastDayReason.CHARGE_END),
            ("SOONER000001", date(2026, 6, 30), LastDayReason.PROVIDER_DATE),
            ("LATER0000001", date(2026, 9, 30), LastDayReason.PROVIDER_DATE),
            ("UNDATED00001", date(2026, 12, 31), LastDayReason.CHARGE_END),
        ]
        assert codes[1].time_zone == "America/New_York"
        batch = work.session.scalars(select(CodeBatch)).one()
        assert batch.expires_at == max(code.expires_at for code in codes)
        check_codes(work)


def test_stock_of_another_line_is_not_touched(app: Flask, clock: StillClock) -> None:
    line = a_line(clock, 1, code_source=CodeSource.PROVIDER)
    with making(clock()) as work:
        product = work.session.get_one(Product, line.product_id)
        organisation = make_organisation(work, "fabrikam")
        other = make_line(work, make_agreement(work, organisation), product, 1)
        make_stock(work, product, ["OTHERLINE001"], order_line_id=other.id)
    with pytest.raises(StockShort), making(clock()) as work:
        deliver(work, line, 1)


def test_too_little_stock_refuses_the_whole_delivery_and_names_the_counts(
    app: Flask, clock: StillClock
) -> None:
    line = a_line(clock, 3, code_source=CodeSource.PROVIDER)
    with making(clock()) as work:
        product = work.session.get_one(Product, line.product_id)
        make_stock(work, product, ["AAAA00000001", "AAAA00000002"])
    with pytest.raises(StockShort) as refusal, making(clock()) as work:
        deliver(work, line, 3)
    assert "3" in str(refusal.value)
    assert "2" in str(refusal.value)
    with making(clock()) as work:
        assert all_codes(work) == []
        assert work.session.get_one(OrderLine, line.id).delivered_quantity == 0
        drawn = select(StockCode.id).where(StockCode.drawn_code_id.is_not(None))
        assert work.session.scalars(drawn).all() == []
        assert work.session.scalars(select(OutboxMessage)).all() == []


def test_a_contact_without_account_gets_a_link_and_no_code(app: Flask, clock: StillClock) -> None:
    line = a_line(clock, 2)
    with making(clock()) as work:
        deliver(work, line, 2)
    with making(clock()) as work:
        message = work.session.scalars(select(OutboxMessage)).one()
        link = work.session.scalars(select(OneTimeLink)).one()
        assert (message.template, message.to_address) == ("codes_ready", CONTACT)
        assert (message.link_id, link.subject_id) == (link.id, line.order_id)
        assert (link.expires_at - link.created_at).days == 7
        told = str(message.facts)
        assert not any(text_of(work, code) in told for code in all_codes(work))


def test_the_administrator_with_an_account_is_told_without_a_link(
    app: Flask, clock: StillClock
) -> None:
    line = a_line(clock, 1)
    with making(clock()) as work:
        agreement = work.session.get_one(OrderLine, line.id).order.agreement
        make_member(work, agreement.organisation, Role.LICENSING_ADMIN, "ada@contoso.example")
        make_contact(work, agreement, "ada@contoso.example", ContactKind.ONLINE_ADMINISTRATOR)
    with making(clock()) as work:
        deliver(work, line, 1)
    with making(clock()) as work:
        message = work.session.scalars(select(OutboxMessage)).one()
        assert (message.to_address, message.link_id) == ("ada@contoso.example", None)


def test_the_message_goes_again_to_the_changed_contact_and_the_old_link_ends(
    app: Flask, clock: StillClock
) -> None:
    line = a_line(clock, 1)
    with making(clock()) as work:
        deliver(work, line, 1)
    clock.move(days=1)
    with making(clock()) as work:
        agreement = work.session.get_one(OrderLine, line.id).order.agreement
        agreement.contacts[0].email = "new@contoso.example"
        tell_again(work, work.session.scalars(select(CodeBatch)).one())
    with making(clock()) as work:
        messages = work.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        assert [m.to_address for m in messages] == [CONTACT, "new@contoso.example"]
        links = work.session.scalars(select(OneTimeLink).order_by(OneTimeLink.id)).all()
        assert [link.ended_at is None for link in links] == [False, True]
        told = select(AuditEntry).where(AuditEntry.action == "code_batch.told_again")
        assert len(work.session.scalars(told).all()) == 1


def test_no_code_stands_in_the_database_in_plain_text(app: Flask, clock: StillClock) -> None:
    line = a_line(clock, 20)
    with making(clock()) as work:
        deliver(work, line, 20)
    with making(clock()) as work:
        texts = [text_of(work, code) for code in all_codes(work)]
    stored = everything_stored()
    assert b"B-000001" in stored
    assert not [text for text in texts if text.encode() in stored]


def everything_stored() -> bytes:
    """Every value of every table; of SQLite the very bytes of its files too."""
    with owner_engine().connect() as connection:
        rows = [
            row
            for table in Base.metadata.sorted_tables
            for row in connection.execute(table.select())
        ]
    values = [v if isinstance(v, bytes) else str(v).encode() for row in rows for v in row]
    files: list[Path] = []
    if db.engine.dialect.name == "sqlite":
        path = Path(str(db.engine.url.database))
        files = [path, path.with_name(path.name + "-wal")]
    # Another process reads them: to close such a file here would drop this process's locks on
    # it, and the next worker to end would take the log away from under the connections.
    read = subprocess.run(["cat", *files], check=False, capture_output=True)
    return b"\n".join([*values, read.stdout])
