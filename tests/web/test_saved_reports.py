"""Pages of saved reports: kept, sent now, paused, resumed and removed by their owner alone."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, select

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_orders import RESELLER_EMAIL, Shop, make_placed, make_shop, wish
from tests.support.pages import CheckingClient
from vlms.accounts.models import RoleGrant
from vlms.audit.models import AuditEntry
from vlms.core.errors import BadInput
from vlms.core.permissions import Role
from vlms.notices.models import OutboxMessage
from vlms.reconciliation.cli import reconciliation
from vlms.reconciliation.models.reports import ReportFormat, SavedReport
from vlms.reconciliation.queries.reports import list_due_reports
from vlms.reconciliation.service.reports import send_due_report

SELLING, BUYING = "/o/litware/statements/", "/o/contoso/statements/"
FINANCE, OTHER = "fin@contoso.example", "other@contoso.example"
BOSS = "boss@litware.example"


@pytest.fixture
def shop(client: CheckingClient, clock: StillClock) -> Shop:
    with making(clock()) as work:
        made = make_shop(work)
        make_member(work, made.customer, Role.FINANCE, FINANCE)
        make_member(work, made.customer, Role.FINANCE, OTHER)
        make_placed(work, made, wish(made.product, 10))
    clock.move(days=31)
    client.sign_in(RESELLER_EMAIL)
    return made


def save(client: CheckingClient, place: str = SELLING, **fields: str) -> int:
    typed = {"name": "Month", "rhythm": "monthly", "recipients": BOSS, **fields}
    return client.send(f"{place}reports/add", **typed).status_code


def kept(clock: StillClock) -> SavedReport:
    with making(clock()) as work:
        return work.session.scalars(select(SavedReport)).one()


def mails(clock: StillClock) -> list[OutboxMessage]:
    with making(clock()) as work:
        found = select(OutboxMessage).where(OutboxMessage.template == "report_ready")
        return list(work.session.scalars(found.order_by(OutboxMessage.to_address)))


def run(clock: StillClock) -> None:
    with making(clock.move(days=31)) as work:
        for key in list_due_reports(work.session, work.now):
            send_due_report(work, key)


def test_the_statement_leads_to_a_report_narrowed_alike(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    narrowed = f"currency=USD&customer={shop.customer.id}"
    page = client.page(f"{SELLING}?{narrowed}&month=2026-03")
    link = page.select_one('main a[href*="reports/add"]')
    assert link is not None
    address = str(link["href"])
    assert client.send(address, name="Contoso", recipients="").status_code == 302
    report = kept(clock)
    assert parse_qs(report.asked) == {"currency": ["USD"], "customer": [str(shop.customer.id)]}
    assert (report.rhythm, report.next_at) == (None, None)
    assert "Only when I ask" in client.page(f"{SELLING}reports/").text


@pytest.mark.parametrize(
    ("place", "email", "form", "start"),
    [
        (SELLING, RESELLER_EMAIL, "xlsx", b"PK"),
        (SELLING, RESELLER_EMAIL, "new_commerce", "\ufeff".encode()),
        (BUYING, FINANCE, "pdf", b"%PDF"),
        (BUYING, FINANCE, "license_based", "\ufeff".encode()),
    ],
)
def test_send_now_mails_the_way_to_the_file(
    client: CheckingClient,
    shop: Shop,
    clock: StillClock,
    place: str,
    email: str,
    form: str,
    start: bytes,
) -> None:
    client.sign_in(email)
    assert save(client, place, format=form, recipients=f"{BOSS}, a@litware.example") == 302
    assert client.press(f"{place}reports/", "/send").status_code == 302
    first, second = mails(clock)
    assert [first.to_address, second.to_address] == ["a@litware.example", BOSS]
    path = str(first.facts["path"])
    until = (clock() - timedelta(seconds=60)).isoformat()
    assert parse_qs(urlsplit(path).query)["until"] == [until]
    assert client.get(path).get_data().startswith(start)
    assert kept(clock).last_sent_at == clock()


def test_the_file_needs_signing_in_and_the_right(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    save(client)
    client.press(f"{SELLING}reports/", "/send")
    path = str(mails(clock)[0].facts["path"])
    client.sign_in(FINANCE)
    assert client.get(path).status_code == 404
    client.press(f"{BUYING}reports/", "/sign-out")
    answer = client.get(path)
    assert (answer.status_code, "/sign-in" in answer.location) == (302, True)


def test_without_the_right_send_now_refuses_and_nothing_is_mailed(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    save(client)
    with making(clock()) as work:
        work.session.execute(delete(RoleGrant).where(RoleGrant.user_id == shop.seller.id))
    report = kept(clock)
    client.checks = False
    answer = client.post(f"{SELLING}reports/{report.id}/send")
    assert answer.status_code in (302, 400, 403, 404)
    assert mails(clock) == []


def test_a_report_without_recipients_is_kept_and_downloaded(
    client: CheckingClient, shop: Shop
) -> None:
    fields = {"rhythm": "", "recipients": "", "format": "license_based"}
    assert client.send(f"{SELLING}reports/add", name="By hand", **fields).status_code == 302
    page = client.page(f"{SELLING}reports/")
    assert "Send now" not in page.text
    (link,) = page.select('a[href*="license-based.csv"]')
    assert client.get(str(link["href"])).mimetype == "text/csv"


def test_it_is_paused_and_resumed(client: CheckingClient, shop: Shop, clock: StillClock) -> None:
    save(client)
    client.press(f"{SELLING}reports/", "/pause")
    assert "Paused" in client.page(f"{SELLING}reports/").text
    run(clock)
    assert mails(clock) == []
    client.sign_in(RESELLER_EMAIL)
    client.press(f"{SELLING}reports/", "/resume")
    assert kept(clock).next_at is not None
    run(clock)
    assert [mail.to_address for mail in mails(clock)] == [BOSS]


def test_one_that_stopped_says_why_and_can_be_resumed(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    save(client)
    with making(clock()) as work:
        report = work.session.scalars(select(SavedReport)).one()
        report.failure_count, report.stopped_at = 5, work.now
        report.last_failure = "The sides do not agree."
    page = client.page(f"{SELLING}reports/").text
    assert "Stopped" in page
    assert "The sides do not agree." in page
    client.press(f"{SELLING}reports/", "/resume")
    found = kept(clock)
    assert (found.stopped_at, found.failure_count, found.last_failure) == (None, 0, None)


def test_it_is_removed_and_its_name_is_free_again(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    assert save(client) == 302
    assert save(client) == 422
    client.press(f"{SELLING}reports/", "/remove")
    assert "You keep no reports" in client.page(f"{SELLING}reports/").text
    assert save(client) == 302
    with making(clock()) as work:
        told = work.session.scalars(select(AuditEntry.action)).all()
    assert {"saved_report.created", "saved_report.removed"} <= set(told)


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipients": ""},
        {"recipients": "nobody"},
        {"recipients": " ".join(f"a{number}@litware.example" for number in range(11))},
        {"rhythm": "hourly"},
        {"currency": "XXX"},
        {"name": ""},
    ],
)
def test_what_cannot_be_sent_is_refused(
    client: CheckingClient, shop: Shop, clock: StillClock, wrong: dict[str, str]
) -> None:
    assert save(client, **wrong) == 422
    with making(clock()) as work:
        assert work.session.scalars(select(SavedReport)).all() == []


def test_a_report_is_its_owners_alone(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    client.sign_in(FINANCE)
    save(client, BUYING)
    client.sign_in(OTHER)
    assert "Month" not in client.page(f"{BUYING}reports/").select_one("main").get_text()  # type: ignore[union-attr]
    token = client.page(f"{BUYING}reports/add").select_one("input[name=csrf_token]")
    assert token is not None
    for act in ("send", "pause", "resume", "remove"):
        address = f"{BUYING}reports/{kept(clock).id}/{act}"
        assert client.post(address, data={"csrf_token": token["value"]}).status_code == 404
    assert mails(clock) == []


def test_a_report_is_edited_by_its_owner_and_keeps_when_it_is_sent(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    save(client, currency="USD")
    save(client, name="Other", recipients="", rhythm="")
    with making(clock()) as work:
        report = work.session.scalars(select(SavedReport).where(SavedReport.name == "Month")).one()
    place, when = f"{SELLING}reports/{report.id}/edit", report.next_at
    page = client.page(place)
    recipients = page.select_one("[name=recipients]")
    assert recipients is not None
    assert recipients["value"] == BOSS
    typed = {"name": "Months", "recipients": f"{BOSS}, {OTHER}", "currency": ""}
    assert client.send(place, **typed).status_code == 302
    assert client.send(place, name="Other").status_code == 422
    assert client.send(place, recipients="").status_code == 422
    with making(clock()) as work:
        found = work.session.get_one(SavedReport, report.id)
        assert (found.name, found.asked, found.next_at) == ("Months", "", when)
        assert found.recipients.splitlines() == [BOSS, OTHER]
        told = select(AuditEntry.action).where(AuditEntry.record_id == report.id)
        assert "saved_report.edited" in work.session.scalars(told).all()
    assert client.send(place, rhythm="weekly").status_code == 302
    with making(clock()) as work:
        found = work.session.get_one(SavedReport, report.id)
        assert found.next_at is not None
        assert when is not None
        assert found.next_at < when
    client.sign_in(FINANCE)
    client.page(f"{BUYING}reports/{report.id}/edit", 404)


def test_the_command_line_edits_what_is_given(
    app: Flask, client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    save(client, currency="USD")
    report = kept(clock)

    def edit(*options: str) -> None:
        CliRunner().invoke(
            reconciliation,
            ["reports", "edit", str(report.id), *options],
            obj=lambda: app,
            catch_exceptions=False,
        )

    edit("--customer", "contoso", "--as", "pdf", "--rhythm", "none")
    found = kept(clock)
    assert found.asked == f"customer={shop.customer.id}&currency=USD"
    assert (found.name, found.format, found.rhythm) == ("Month", ReportFormat.PDF, None)
    assert (found.recipients, found.next_at) == (BOSS, None)
    edit("--customer", "", "--to", OTHER, "--name", "New")
    found = kept(clock)
    assert (found.asked, found.recipients, found.name) == ("currency=USD", OTHER, "New")
    with pytest.raises(BadInput):
        edit("--currency", "dollars")
