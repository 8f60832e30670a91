"""How many statements each list and each main page asks: few, and no more for more rows."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.counting import statements
from tests.support.making import make_member, make_organisation, make_person, making
from tests.support.making_academy import Academy, make_academy, make_quota
from tests.support.making_codes import (
    make_agreement,
    make_codes,
    make_line,
    make_product,
    make_stock,
)
from tests.support.making_reports import PASSED, make_class, make_sitting, make_students
from tests.support.pages import CheckingClient
from vlms.academy.models.packs import PackQuota
from vlms.academy.queries.packs import get_quota
from vlms.accounts.models import Organisation, OrganisationKind
from vlms.catalog.models import CodeSource
from vlms.codes.models import Code
from vlms.core.permissions import Role
from vlms.core.work import Work
from vlms.notices.models import MessageState, OutboxMessage
from vlms.orders.models import Order
from vlms.orders.rules.order_clock import OrderState

ADMIN, OPERATOR = "ann@contoso.example", "ops@operations.example"
FEW, MANY = 5, 50
# Each list, and how many statements it may ask; the gate's own four are among them.
LISTS = {
    "/o/contoso/codes/": 14,
    "/o/contoso/codes/counts": 9,
    "/o/contoso/codes/?within=90&columns=number,agreement,person,state": 14,
    "/o/contoso/codes/together?act=assign&which=all": 11,
    "/o/contoso/orders/": 14,
    "/o/contoso/orders/?late=1&waiting=me": 16,
    "/o/contoso/agreements/": 10,
    "/o/contoso/people/": 10,
    "/o/contoso/messages/": 9,
    # With who has a second factor (2) and the invitations that wait (1).
    "/o/contoso/roles/": 17,
    "/o/contoso/catalog/": 9,
    # Beside its own: money at risk (7), what is due to be renewed (2), a last day's warning (1),
    # single admins, contacts whose mail came back, exports that wait (4).
    "/o/contoso/": 40,
    "/o/contoso/figures": 9,
    "/o/contoso/deadlines.ics": 16,
    "/o/operations/": 40,
    "/o/operations/organisations/": 10,
    "/o/operations/codes/": 14,
    "/o/operations/orders/": 14,
    "/o/operations/stock/": 10,
}
# Pages of one record: their lines, codes, people and history may be many too.
RECORDS = {
    "order": 25,
    # With the panels of its papers, its money at risk (6) and its end and renewal (3).
    "agreement": 26,
    "batch": 15,
    "person": 15,
    "code": 18,
}


def set_up(clock: StillClock, count: int) -> dict[str, str]:
    """`count` of everything; the addresses of one record of each kind."""
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        operations = make_organisation(work, "operations", OrganisationKind.OPERATOR)
        make_member(work, contoso, Role.LICENSING_ADMIN, ADMIN)
        make_member(work, operations, Role.OPERATOR, OPERATOR)
        for number in range(count):
            _add(work, contoso, number)
        return _addresses(work)


def _add(work: Work, contoso: Organisation, number: int) -> None:
    """One more of each kind."""
    person = make_person(work, contoso, f"Person {number}", f"p{number}@contoso.example")
    make_member(work, contoso, Role.AUDITOR, f"auditor{number}@contoso.example")
    make_organisation(work, f"other-{number}")
    product = make_product(work, f"voucher-{number}")
    listed = make_product(work, f"listed-{number}", code_source=CodeSource.PROVIDER)
    make_stock(work, listed, [f"STOCK{number:04d}X"])
    line = make_line(work, make_agreement(work, contoso), product, 1)
    line.order.processed_at = work.now - timedelta(days=40)
    line.order.invoiced_at = work.now - timedelta(days=39)
    line.order.state = OrderState.INVOICED
    make_codes(work, line, 1, person=person, expires_at=work.now + timedelta(days=20))
    work.session.add(_message(work, contoso, number))


def _message(work: Work, contoso: Organisation, number: int) -> OutboxMessage:
    return OutboxMessage(
        organisation_id=contoso.id,
        template="invitation",
        language="en",
        to_name=f"Person {number}",
        to_address=f"p{number}@contoso.example",
        facts={},
        state=MessageState.WAITING,
        subject_id=contoso.id,
        once_key=f"counted-{number}",
        created_at=work.now,
        next_at=work.now,
    )


def _addresses(work: Work) -> dict[str, str]:
    order = work.session.scalars(select(Order).order_by(Order.id)).first()
    code = work.session.scalars(select(Code).order_by(Code.id)).first()
    assert order is not None
    assert code is not None
    return {
        "order": f"/o/contoso/orders/{order.id}",
        "agreement": f"/o/contoso/agreements/{order.agreement_id}",
        "batch": f"/o/contoso/codes/batches/{code.batch_id}",
        "person": f"/o/contoso/people/{code.person_id}",
        "code": f"/o/contoso/codes/{code.id}",
    }


def asked(client: CheckingClient, address: str) -> list[str]:
    client.page(address)
    with statements() as found:
        client.page(address)
    return [each for each in found if not each.startswith(("BEGIN", "SAVEPOINT", "SET "))]


def clients(app: Flask) -> dict[str, CheckingClient]:
    """Somebody signed in for each workspace."""
    found = {"/o/contoso/": app.test_client(), "/o/operations/": app.test_client()}
    for (place, client), email in zip(found.items(), (ADMIN, OPERATOR), strict=True):
        assert isinstance(client, CheckingClient), place
        client.sign_in(email)
    return found  # type: ignore[return-value]


def count_all(app: Flask) -> dict[str, list[str]]:
    signed_in = clients(app)
    return {
        address: asked(signed_in[address[: address.index("/", 3) + 1]], address)
        for address in LISTS
    }


def test_a_list_asks_few_statements_and_no_more_for_more_rows(
    app: Flask, clock: StillClock
) -> None:
    set_up(clock, FEW)
    few = count_all(app)
    with making(clock()) as work:
        whose = select(Organisation).where(Organisation.slug == "contoso")
        contoso = work.session.scalars(whose).one()
        for number in range(FEW, MANY):
            _add(work, contoso, number)
    many = count_all(app)
    grown = {each: many[each] for each in LISTS if len(many[each]) > len(few[each])}
    assert not grown, grown
    counts = {each: len(many[each]) for each in LISTS}
    assert not {each: many[each] for each, count in counts.items() if count > LISTS[each]}, counts


def test_the_page_of_a_record_asks_few_statements(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    addresses = set_up(clock, FEW)
    client.sign_in(ADMIN)
    found = {kind: asked(client, address) for kind, address in addresses.items()}
    counts = {kind: len(each) for kind, each in found.items()}
    assert not {kind: found[kind] for kind in RECORDS if counts[kind] > RECORDS[kind]}, counts


def test_the_counter_sees_a_statement_for_each_row(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    """The negative control: what loads row by row is noticed."""
    set_up(clock, FEW)
    with statements() as found, making(clock()) as work:
        for code in work.session.scalars(select(Code)):
            assert code.person is not None
    assert len([each for each in found if "FROM person" in each]) == FEW


# Reports of an institution: schools, classes, quotas and exams may be many.
REPORTS = {
    "/o/fabrikam/reports/?by=class": 13,
    "/o/fabrikam/reports/?by=month": 13,
    "/o/fabrikam/reports/lapsing": 11,
    "/o/fabrikam/reports/term": 18,
}


def test_a_report_asks_no_more_for_more_classes_and_exams(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        academy = make_academy(work)
        quota = make_quota(work, academy.pack, academy.law, 400, academy.term)
        _add_exams(work, academy, quota, FEW)
    client.sign_in("ada@fabrikam.example")
    few = {address: len(asked(client, address)) for address in REPORTS}
    with making(clock()) as work:
        _add_exams(work, academy, get_quota(work.session, quota.id), MANY)
    many = {address: len(asked(client, address)) for address in REPORTS}
    assert many == few
    assert not {each: count for each, count in many.items() if count > REPORTS[each]}, many


def _add_exams(work: Work, academy: Academy, quota: PackQuota, count: int) -> None:
    """So many classes, a quota and an exam each."""
    for number, person in enumerate(make_students(work, academy.law, count)):
        of_class = make_class(work, academy.law, f"Class {count}-{number}", academy.term, [person])
        make_sitting(
            work,
            academy,
            quota,
            [(person, PASSED)],
            starts_at=work.now + timedelta(days=3),
            of_class=of_class,
        )
