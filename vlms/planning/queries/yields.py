"""How an organisation's exam vouchers ended in a period, and which certifications they led to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, or_, select
from sqlalchemy.orm import Session, joinedload

from vlms.accounts.models import Organisation, Person
from vlms.catalog.models import Certification, Product, ProductKind
from vlms.certifications.models import HeldCertification
from vlms.codes.models import Code, Outcome, Registration, StatedResult
from vlms.codes.queries import LAPSING
from vlms.codes.rules.lifecycle import State
from vlms.core.clock import local_day
from vlms.core.money import Money
from vlms.core.near_days import check_days
from vlms.core.term import ONE_DAY, add_months, end_of_day, start_of_day
from vlms.giving.models.provider_reports import ExamScore
from vlms.giving.rules.report_words import ExamResult
from vlms.planning.queries.code_values import Shares, count_valued, shares_of
from vlms.planning.rules.yields import End, Ended, Passed, Team, Yield, led_to, yields_of

# So many stand on the page; the file has all.
SHOWN = 50
_MONTHS = 12
_UTC = str(UTC)
_ENDED = (State.USED, State.FORFEITED)
_HOW = (Person.department, Code.state, ExamScore.result, Registration.stated_result)
_ENDED_AT = case((Code.state.in_(_ENDED), Code.ended_at), else_=Code.expires_at)
_IS_NOWHERE = or_(
    Code.state != State.USED,
    ExamScore.result == ExamResult.FAILED,
    and_(ExamScore.result.is_(None), Registration.stated_result == StatedResult.FAILED),
)
_IS_PASSED = and_(
    Code.state == State.USED,
    or_(
        ExamScore.result == ExamResult.PASSED,
        and_(ExamScore.result.is_(None), Registration.stated_result == StatedResult.PASSED),
    ),
)


@dataclass(frozen=True)
class Period:
    """Days of the organisation's zone, both included; narrowed to an agreement, if one is named."""

    organisation: Organisation
    first: date
    last: date
    now: datetime
    agreement_id: UUID | None = None
    # Its number, for papers.
    agreement_number: str | None = None

    @property
    def told_agreement(self) -> tuple[str, ...]:
        return () if self.agreement_number is None else (self.agreement_number,)

    @classmethod
    def asked(
        cls,
        organisation: Organisation,
        first: date | None,
        last: date | None,
        now: datetime,
        agreement_id: UUID | None = None,
    ) -> Period:
        """What is not said is the twelve months until today, or until the last day.

        Raises BadInput for a first day after that.
        """
        until = last or local_day(now, organisation.time_zone)
        since = first or add_months(until, -_MONTHS) + ONE_DAY
        check_days(since, until, "first" if last is None else "last")
        return cls(organisation, since, until, now, agreement_id)

    @property
    def begin(self) -> datetime:
        return start_of_day(self.first, self.organisation.time_zone)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return end_of_day(self.last, self.organisation.time_zone)


@dataclass(frozen=True)
class LedNowhere:
    """A code that led to no passed exam, why, since when, and what it bore."""

    code: Code
    team: Team
    end: End
    exam: str | None
    ended_at: datetime
    cost: Money


def list_yields(session: Session, period: Period) -> list[Yield]:
    """A row for each team and currency; codes are counted by the database."""
    shares = shares_of(session, period.organisation.id)
    return yields_of(_ended(session, shares, period), _earned(session, shares, period))


def list_nowhere(session: Session, period: Period, limit: int | None = None) -> list[LedNowhere]:
    """The codes that led nowhere, the latest first."""
    shares = shares_of(session, period.organisation.id)
    statement = _told(select(Code, *_HOW, Registration.exam_number)).where(
        *_within(period), _IS_NOWHERE
    )
    statement = statement.options(
        joinedload(Code.person), joinedload(Code.product), joinedload(Code.batch)
    )
    statement = statement.order_by(_ENDED_AT.desc(), Code.id)
    if limit is not None:
        statement = statement.limit(limit)
    found = []
    for code, name, state, result, stated, exam in session.execute(statement):
        ended_at = code.ended_at if state in _ENDED else code.expires_at
        team = _team(shares, code.batch_id, name, is_given=code.person_id is not None)
        cost = Money(shares.minor_of_code(code), team.currency)
        found.append(LedNowhere(code, team, end_of(state, result, stated), exam, ended_at, cost))
    return found


def end_of(state: State, result: str | None, stated: str | None) -> End:
    """What a code's provider says of its exam counts; else what its holder says."""
    if state is State.FORFEITED:
        return End.MISSED
    if state is not State.USED:
        return End.LAPSED
    told = result or stated
    return End(told) if told else End.UNKNOWN


def _told(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """With the person, and what is known of the exam that the code was used for."""
    used = and_(Registration.code_id == Code.id, Registration.outcome == Outcome.USED)
    return (
        statement.select_from(Code)
        .join(Product, Product.id == Code.product_id)
        .outerjoin(Person, Person.id == Code.person_id)
        .outerjoin(Registration, used)
        .outerjoin(ExamScore, ExamScore.registration_id == Registration.id)
    )


def _within(period: Period) -> tuple[ColumnElement[bool], ...]:
    found: list[ColumnElement[bool]] = [
        Code.organisation_id == period.organisation.id,
        Product.kind == ProductKind.EXAM_VOUCHER,
        or_(
            and_(Code.state.in_(_ENDED), Code.ended_at >= period.begin, Code.ended_at < period.end),
            and_(
                Code.state.in_(LAPSING),
                Code.expires_at >= period.begin,
                Code.expires_at < min(period.end, period.now),
            ),
        ),
    ]
    if period.agreement_id is not None:
        found.append(Code.agreement_id == period.agreement_id)
    return tuple(found)


def _ended(session: Session, shares: Shares, period: Period) -> Iterator[Ended]:
    is_given = Code.person_id.is_not(None)
    kinds = _told(select(Code.batch_id, is_given.label("is_given"), *_HOW)).where(*_within(period))
    for (batch_id, given, name, *how), count, minor in count_valued(session, shares, kinds):
        team = _team(shares, batch_id, name, is_given=bool(given))
        yield Ended(team, end_of(*how), count, minor)


def _earned(session: Session, shares: Shares, period: Period) -> Counter[Team]:
    columns = (
        Registration.person_id,
        Registration.exam_number,
        Registration.outcome_at,
        Code.batch_id,
        Person.department,
    )
    passed = _told(select(*columns)).where(*_within(period), _IS_PASSED)
    rows = session.execute(passed.order_by(Registration.outcome_at, Registration.id))
    passes = [
        Passed(who, exam, local_day(at, _UTC), _team(shares, batch_id, name, is_given=True))
        for who, exam, at, batch_id, name in rows
    ]
    return Counter(led_to(passes, _certifications(session, period)))


def _certifications(
    session: Session, period: Period
) -> Iterator[tuple[UUID, date, frozenset[str]]]:
    """Who has earned one, on which day in UTC, and its exams; zones are a day apart at most."""
    exams = {
        one.key: frozenset(exam.number for exam in one.exams)
        for one in session.scalars(select(Certification))
    }
    a_day = timedelta(days=1)
    held = select(
        HeldCertification.person_id,
        HeldCertification.earned_on,
        HeldCertification.certification_key,
    ).where(
        HeldCertification.organisation_id == period.organisation.id,
        HeldCertification.earned_on.between(period.first - a_day, period.last + a_day),
    )
    for who, day, key in session.execute(held):
        yield who, day, exams[key]


def _team(shares: Shares, batch_id: UUID, name: str | None, *, is_given: bool) -> Team:
    agreement = shares.batches[batch_id].line.order.agreement
    return Team(agreement.currency, name or None, is_given)
