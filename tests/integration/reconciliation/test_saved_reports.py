"""Saved reports: sent with the owner's rights of that day, stopped after five failures."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, select

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_orders import Shop, make_placed, make_shop, wish
from vlms.accounts.models import RoleGrant
from vlms.core.errors import NotFound
from vlms.core.permissions import Role
from vlms.notices.models import OutboxMessage
from vlms.orders.models import OrderLine
from vlms.reconciliation.cli import reconciliation
from vlms.reconciliation.models.reports import ReportFormat, ReportRhythm, SavedReport
from vlms.reconciliation.queries.reports import list_due_reports
from vlms.reconciliation.service.reports import (
    NewReport,
    remove_report,
    save_report,
    send_due_report,
)

NEW = NewReport("March", {}, ReportFormat.XLSX, ReportRhythm.MONTHLY, ["boss@litware.example"])


@pytest.fixture
def shop(app: Flask, clock: StillClock) -> Shop:
    with making(clock()) as work:
        made = make_shop(work)
        make_placed(work, made, wish(made.product, 10))
        return made


@pytest.fixture
def report_id(shop: Shop, clock: StillClock) -> UUID:
    with shop.selling(clock()) as work:
        return save_report(work, shop.reseller.id, shop.seller.id, NEW).id


def run(clock: StillClock) -> int:
    """A month later the worker looks; how many it sent or tried."""
    clock.move(days=31)
    with making(clock()) as work:
        due = list(list_due_reports(work.session, clock()))
        for key in due:
            send_due_report(work, key)
    return len(due)


def mails(clock: StillClock, template: str) -> list[OutboxMessage]:
    with making(clock()) as work:
        found = select(OutboxMessage).where(OutboxMessage.template == template)
        return list(work.session.scalars(found))


def kept(clock: StillClock, report_id: UUID) -> SavedReport:
    with making(clock()) as work:
        return work.session.get_one(SavedReport, report_id)


def take_role_away(shop: Shop, clock: StillClock) -> None:
    with making(clock()) as work:
        work.session.execute(delete(RoleGrant).where(RoleGrant.user_id == shop.seller.id))


def break_tie_out(clock: StillClock) -> None:
    with making(clock()) as work:
        line = work.session.scalars(select(OrderLine)).one()
        assert line.amount_minor is not None
        line.amount_minor += 1


def test_it_is_sent_when_its_month_begins_and_not_before(
    report_id: UUID, clock: StillClock
) -> None:
    with making(clock()) as work:
        assert list_due_reports(work.session, clock()) == []
    assert run(clock) == 1
    (mail,) = mails(clock, "report_ready")
    assert mail.to_address == "boss@litware.example"
    assert mail.facts["path"].startswith("/o/litware/statements/statement.xlsx?first=")
    report = kept(clock, report_id)
    assert report.next_at is not None
    assert report.next_at > clock()
    assert report.last_sent_at == clock()


def test_without_the_owners_right_nothing_is_sent(
    shop: Shop, report_id: UUID, clock: StillClock
) -> None:
    take_role_away(shop, clock)
    run(clock)
    assert mails(clock, "report_ready") == []
    report = kept(clock, report_id)
    assert report.failure_count == 1
    assert "owner" in str(report.last_failure)


def test_five_failures_stop_it_and_tell_the_owner_once(
    shop: Shop, report_id: UUID, clock: StillClock
) -> None:
    take_role_away(shop, clock)
    assert [run(clock) for _month in range(7)] == [1] * 5 + [0] * 2
    assert kept(clock, report_id).stopped_at is not None
    assert [mail.to_address for mail in mails(clock, "report_stopped")] == [shop.seller.email]


def test_what_does_not_agree_is_not_sent(shop: Shop, report_id: UUID, clock: StillClock) -> None:
    clock.move(days=0)
    break_tie_out(clock)
    run(clock)
    report = kept(clock, report_id)
    assert (report.failure_count, report.last_sent_at) == (1, None)
    assert "withheld" in str(report.last_failure)


def test_a_removed_report_is_sent_no_more(shop: Shop, report_id: UUID, clock: StillClock) -> None:
    with shop.selling(clock()) as work:
        remove_report(work, report_id)
    assert run(clock) == 0
    with shop.selling(clock() + timedelta(days=1)) as work, pytest.raises(NotFound):
        remove_report(work, report_id)


def test_the_command_line_keeps_lists_and_removes(app: Flask, shop: Shop) -> None:
    run_one = CliRunner().invoke
    asked = ["--owner", shop.seller.email, "--to", "boss@litware.example", "--rhythm", "weekly"]
    words = ["reports", "add", "Weekly", *asked, "--reseller", "litware"]
    made = run_one(reconciliation, words, obj=lambda: app)
    assert made.exit_code == 0, made.output
    words = ["reports", "list", "--reseller", "litware", "--json"]
    (found,) = json.loads(run_one(reconciliation, words, obj=lambda: app).stdout)
    assert (found["id"], found["rhythm"]) == (made.stdout.strip(), "weekly")
    for act in ("pause", "resume", "send", "remove"):
        done = run_one(reconciliation, ["reports", act, found["id"]], obj=lambda: app)
        assert done.exit_code == 0, done.output
    assert json.loads(run_one(reconciliation, words, obj=lambda: app).stdout) == []


def test_the_command_line_keeps_a_customers_narrowed_report(
    app: Flask, shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_member(work, shop.customer, Role.FINANCE, "fin@contoso.example")
    run_one = CliRunner().invoke
    narrowed = ["--agreement", shop.agreement.number, "--currency", "USD", "--as", "new-commerce"]
    whose = ["--organisation", "contoso", "--owner", "fin@contoso.example"]
    made = run_one(reconciliation, ["reports", "add", "Own", *narrowed, *whose], obj=lambda: app)
    assert made.exit_code == 0, made.output
    report = kept(clock, UUID(made.stdout.strip()))
    assert report.asked == f"agreement={shop.agreement.id}&currency=USD"
    assert (report.format, report.rhythm) == (ReportFormat.NEW_COMMERCE, None)
    for both in ([], [*whose[:2], "--reseller", "litware"], ["--organisation", "litware"]):
        assert run_one(reconciliation, ["reports", "list", *both], obj=lambda: app).exit_code != 0
