"""Finds what reminders go by: plans, codes with their holders, what was sent and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from vlms.accounts.models import Organisation, OrganisationKind
from vlms.catalog.models import Product
from vlms.codes.models import Code
from vlms.codes.queries import CodeFilter, count_codes
from vlms.codes.rules.lifecycle import State
from vlms.codes.rules.shown_state import Shown
from vlms.core.clock import local_day
from vlms.giving.models.reminders import CodeReminder, ReminderPlan, ReminderRound
from vlms.giving.rules.reminders import Held, Plan
from vlms.notices.queries import list_bounced

# The tabs of the page (F8), each as the list of codes is narrowed to it.
TABS: Mapping[str, CodeFilter] = {
    "unassigned": CodeFilter(only="unassigned"),
    "unclaimed": CodeFilter(only="unclaimed"),
    "unused": CodeFilter(only="unused"),
    "used": CodeFilter(only="used"),
    "expired": CodeFilter(state=Shown.EXPIRED),
}


@dataclass(frozen=True)
class Sent:
    """When a code's holder was last reminded, and how often in all."""

    last_at: datetime
    count: int


def find_plan(session: Session, organisation_id: UUID) -> ReminderPlan | None:
    """The organisation's own plan; None: the usual days hold."""
    own = ReminderPlan.organisation_id == organisation_id
    return session.scalar(select(ReminderPlan).where(own))


def plan_of(session: Session, organisation_id: UUID) -> Plan:
    """By what days an organisation's people are reminded."""
    found = find_plan(session, organisation_id)
    return Plan() if found is None else as_plan(found)


def as_plan(found: ReminderPlan) -> Plan:
    """A kept plan as the rules know it."""
    return Plan(
        tuple(found.after_days),
        tuple(found.before_days),
        found.weekly_cap,
        tuple(found.ladder),
        found.is_on,
        found.has_digest,
    )


def list_buyers(session: Session) -> Sequence[Organisation]:
    """The organisations whose people hold codes."""
    kinds = (OrganisationKind.CUSTOMER, OrganisationKind.ACADEMIC)
    statement = select(Organisation).where(Organisation.kind.in_(kinds))
    return session.scalars(statement.order_by(Organisation.id)).all()


def find_round(session: Session, organisation_id: UUID) -> ReminderRound | None:
    own = ReminderRound.organisation_id == organisation_id
    return session.scalar(select(ReminderRound).where(own))


def list_assigned(
    session: Session, organisation_id: UUID, now: datetime, seen_id: UUID | None, limit: int
) -> Sequence[Code]:
    """The next codes that somebody has and has not booked, in the order of their keys."""
    statement = _with_holder(
        select(Code).where(
            Code.organisation_id == organisation_id,
            Code.state == State.ASSIGNED,
            Code.expires_at > now,
        )
    )
    if seen_id is not None:
        statement = statement.where(Code.id > seen_id)
    return session.scalars(statement.order_by(Code.id).limit(limit)).all()


def _with_holder(statement: Select[Code]) -> Select[Code]:
    return statement.options(
        joinedload(Code.person), joinedload(Code.product), joinedload(Code.organisation)
    )


def held_codes(session: Session, codes: Sequence[Code], now: datetime) -> dict[UUID, Held]:
    """Each code as the rules of reminders see it, by few statements."""
    addresses = {code.person.email for code in codes if code.person and code.person.email}
    bounced = list_bounced(session, addresses)
    return {code.id: _held(code, bounced, now) for code in codes}


def _held(code: Code, bounced: set[str], now: datetime) -> Held:
    person = code.person
    return Held(
        code.state,
        local_day(code.assigned_at, code.time_zone) if code.assigned_at else None,
        code.claimed_at is not None,
        code.last_day,
        is_expired=code.expires_at <= now,
        has_left=person is not None and person.left_at is not None,
        has_address=person is not None and bool(person.email),
        has_bounced=person is not None and person.email in bounced,
        moved_in_on=local_day(code.moved_in_at, code.time_zone) if code.moved_in_at else None,
    )


def list_sent(session: Session, code_ids: Sequence[UUID]) -> Mapping[UUID, Sent]:
    """What was sent about each of these codes, where anything was."""
    statement = (
        select(CodeReminder)
        .where(CodeReminder.code_id.in_(code_ids))
        .with_only_columns(
            CodeReminder.code_id, func.max(CodeReminder.sent_at), func.count(CodeReminder.id)
        )
        .group_by(CodeReminder.code_id)
    )
    return {key: Sent(last_at, int(count)) for key, last_at, count in session.execute(statement)}


def list_occasions(session: Session, code_ids: Sequence[UUID]) -> set[tuple[UUID, str]]:
    """Which reminders of these codes were sent."""
    statement = select(CodeReminder).where(CodeReminder.code_id.in_(code_ids))
    rows = session.execute(statement.with_only_columns(CodeReminder.code_id, CodeReminder.occasion))
    return {(code_id, occasion) for code_id, occasion in rows}


def count_of_week(session: Session, person_ids: Sequence[UUID], week: str) -> Mapping[UUID, int]:
    """How many reminders of the week each of these persons has got."""
    statement = (
        select(CodeReminder)
        .where(CodeReminder.person_id.in_(person_ids), CodeReminder.week == week)
        .with_only_columns(CodeReminder.person_id, func.count(CodeReminder.id))
        .group_by(CodeReminder.person_id)
    )
    return {person_id: int(count) for person_id, count in session.execute(statement)}


def count_tabs(session: Session, now: datetime) -> Mapping[str, int]:
    """How many codes stand under each tab."""
    return {tab: count_codes(session, narrowing, now) for tab, narrowing in TABS.items()}


@dataclass(frozen=True)
class Lying:
    """Codes of one product that lapse on one day, and nobody has used."""

    product_en: str
    product_zh: str
    last_day: date
    count: int


def list_lying(
    session: Session, organisation_id: UUID, states: Sequence[State], now: datetime
) -> Sequence[Lying]:
    """Unexpired codes in these states by product and last day, the soonest first."""
    statement = (
        select(Code.product_id, Code.last_day, func.count(Code.id))
        .where(
            Code.organisation_id == organisation_id,
            Code.state.in_(states),
            Code.expires_at > now,
        )
        .group_by(Code.product_id, Code.last_day)
        .order_by(Code.last_day, Code.product_id)
    )
    rows = session.execute(statement).all()
    keys = {product_id for product_id, _day, _count in rows}
    named = session.scalars(select(Product).where(Product.id.in_(keys)))
    products = {product.id: product for product in named}
    return [
        Lying(products[key].name_en, products[key].name_zh, last_day, int(count))
        for key, last_day, count in rows
    ]
