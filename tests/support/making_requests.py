"""Voucher requests as tests begin with them: an organisation, a manager, people who ask."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from tests.support.holding import make_exam_product
from tests.support.making import make_member, make_organisation, make_person, make_user, making
from tests.support.making_codes import make_agreement, make_codes, make_line
from vlms.accounts.models import Person
from vlms.catalog.models import Product
from vlms.core.permissions import Role
from vlms.core.scope import Holder, Organisation
from vlms.core.work import Actor, Work
from vlms.giving.models.provider_reports import ProviderReport, ProviderRow, RowState
from vlms.giving.models.requests import AskState, LimitKind, VoucherLimit, VoucherRequest
from vlms.giving.queries.requests import get_request
from vlms.giving.rules.report_words import Happening, Why
from vlms.giving.service.requests import Wish, approve, ask
from vlms.giving.service.team import team_of

WANTED = date(2026, 6, 1)
ADMIN = "ada@contoso.example"


@dataclass(frozen=True)
class Asker:
    """A person with a sign-in."""

    person_id: UUID
    user_id: UUID
    email: str

    def working(self, now: datetime) -> AbstractContextManager[Work]:
        actor = Actor(self.email, self.user_id, roles=frozenset({Role.LEARNER}))
        return making(now, actor, Holder(self.user_id, frozenset({self.person_id})))

    def leading(self, now: datetime) -> AbstractContextManager[Work]:
        """A unit of work of theirs as a manager."""
        actor = Actor(self.email, self.user_id, roles=frozenset({Role.LEARNER}))
        return making(now, actor, team_of(self.user_id))


@dataclass(frozen=True)
class Office:
    """An organisation with a product, a manager, an admin and people."""

    organisation_id: UUID
    agreement_id: UUID
    line_id: UUID
    product_id: UUID
    admin_id: UUID
    manager: Asker
    people: tuple[Asker, ...]

    def administering(self, now: datetime) -> AbstractContextManager[Work]:
        roles = frozenset({Role.LICENSING_ADMIN})
        actor = Actor("Ada", self.admin_id, self.organisation_id, roles)
        return making(now, actor, Organisation(self.organisation_id))


def make_office(
    now: datetime, code_count: int = 1, people: int = 2, slug: str = "contoso"
) -> Office:
    """Everybody is of the department Sales; the manager leads all of them."""
    with making(now) as work:
        organisation = make_organisation(work, slug, time_zone="Asia/Taipei")
        admin = make_member(work, organisation, Role.LICENSING_ADMIN, f"ada@{slug}.example")
        agreement = make_agreement(work, organisation)
        product = make_exam_product(work, key=f"voucher-{slug}")
        line = make_line(work, agreement, product, 10)
        make_codes(work, line, code_count)
        made = []
        for number in range(people + 1):
            email = f"p{number}@{slug}.example"
            user = make_user(work, email, f"Person {number}")
            person = make_person(work, organisation, f"Person {number} {slug}", email, user)
            person.department = "Sales"
            made.append(Asker(person.id, user.id, email))
            if number:
                person.manager_id = made[0].person_id
        work.flush()
        return Office(
            organisation.id,
            agreement.id,
            line.id,
            product.id,
            admin.id,
            made[0],
            tuple(made[1:]),
        )


def ask_for(
    office: Office, asker: Asker, now: datetime, wanted_on: date = WANTED, reason: str = "To sit it"
) -> UUID:
    with asker.working(now) as work:
        return ask(work, asker.person_id, Wish(office.product_id, None, reason, wanted_on)).id


def approved(office: Office, request_id: UUID, now: datetime) -> AskState:
    """Approved by the admin; how it stands then."""
    with office.administering(now) as work:
        approve(work, get_request(work.session, request_id))
    return state_of(request_id, now)


def state_of(request_id: UUID, now: datetime) -> AskState:
    with making(now) as work:
        return get_request(work.session, request_id).state


def all_requests(now: datetime) -> list[VoucherRequest]:
    with making(now) as work:
        return list(work.session.scalars(select(VoucherRequest).order_by(VoucherRequest.id)))


def make_foreign_requests(work: Work, owner_id: UUID) -> dict[str, UUID]:
    """Somebody else's request, limit, report and row: one for each kind of id in addresses."""
    person = work.session.scalars(select(Person).where(Person.organisation_id == owner_id)).first()
    product = work.session.scalars(select(Product)).first()
    assert person is not None
    assert product is not None
    request = _foreign_request(owner_id, person.id, product.id, work.now)
    limit = VoucherLimit(
        organisation_id=owner_id,
        kind=LimitKind.DEPARTMENT,
        department="宏遠科技",
        from_year=2026,
        most=1,
    )
    report = ProviderReport(
        organisation_id=owner_id,
        provider="宏遠科技",
        filename="week.csv",
        taken_at=work.now,
        row_count=1,
        wrong_count=0,
    )
    work.session.add_all([request, limit, report])
    work.flush()
    row = _foreign_row(owner_id, report, work.now)
    work.session.add(row)
    work.flush()
    return {
        "voucher_request_id": request.id,
        "limit_id": limit.id,
        "provider_report_id": report.id,
        "reported_id": row.id,
    }


def _foreign_row(owner_id: UUID, report: ProviderReport, now: datetime) -> ProviderRow:
    return ProviderRow(
        organisation_id=owner_id,
        report_id=report.id,
        row_number=2,
        digest="f" * 64,
        state=RowState.WAITING,
        why=Why.UNKNOWN_CODE,
        indexes=[],
        last4="AAAA",
        candidate_name="宏遠科技",
        candidate_email="",
        candidate_number="",
        happening=Happening.DELIVERED,
        happened_at=now,
        site="",
    )


def _foreign_request(
    owner_id: UUID, person_id: UUID, product_id: UUID, now: datetime
) -> VoucherRequest:
    return VoucherRequest(
        organisation_id=owner_id,
        person_id=person_id,
        department="宏遠科技",
        product_id=product_id,
        reason="宏遠科技",
        wanted_on=now.date(),
        state=AskState.ASKED,
        asked_at=now,
    )
