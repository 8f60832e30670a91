"""Finds exam providers' reports, their rows, and the codes that rows are about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from vlms.accounts.models import Organisation, OrganisationKind, Person
from vlms.catalog.models import Exam, Product
from vlms.codes.models import Code, Registration
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.parts import in_parts
from vlms.core.reading import search_key
from vlms.core.text import _
from vlms.giving.models.provider_reports import (
    ExamScore,
    ProviderMapping,
    ProviderReport,
    ProviderRow,
    RowState,
)
from vlms.giving.rules.report_rows import Candidate

_MANY = 20
OPEN = (RowState.WAITING, RowState.ASKED)
_WITH = (
    joinedload(Code.person),
    joinedload(Code.product).selectinload(Product.families),
)


def find_mapping(session: Session, organisation_id: UUID, provider: str) -> ProviderMapping | None:
    """How this provider's reports were last read, in whatever case the name is typed."""
    return session.scalar(
        select(ProviderMapping).where(
            ProviderMapping.organisation_id == organisation_id,
            ProviderMapping.provider_key == search_key(provider),
        )
    )


def list_providers(session: Session, organisation_id: UUID) -> Sequence[ProviderMapping]:
    """The providers whose reports came before, by name."""
    statement = select(ProviderMapping).where(ProviderMapping.organisation_id == organisation_id)
    return session.scalars(statement.order_by(ProviderMapping.provider_key)).all()


def get_report(session: Session, report_id: UUID) -> ProviderReport:
    """Raises NotFound, also for one that the scope does not see."""
    found = session.scalar(select(ProviderReport).where(ProviderReport.id == report_id))
    if found is None:
        raise NotFound(None, _("There is no such report here."))
    return found


def search_reports(
    session: Session, organisation_id: UUID, listing: Listing
) -> Page[ProviderReport]:
    """A page of the reports that were taken in here."""
    statement = select(ProviderReport).where(ProviderReport.organisation_id == organisation_id)
    return page_of(session, statement, {"taken": ProviderReport.taken_at}, listing)


def list_reports(session: Session, organisation_id: UUID) -> Sequence[ProviderReport]:
    """All of them, the latest first."""
    statement = select(ProviderReport).where(ProviderReport.organisation_id == organisation_id)
    return session.scalars(statement.order_by(ProviderReport.id.desc())).all()


def get_row(session: Session, row_id: UUID) -> ProviderRow:
    """Raises NotFound, also for one that the scope does not see."""
    found = session.scalar(select(ProviderRow).where(ProviderRow.id == row_id))
    if found is None:
        raise NotFound(None, _("There is no such row here."))
    return found


def rows_of(
    organisation_id: UUID, states: Collection[RowState], report_id: UUID | None = None
) -> Select[ProviderRow]:
    """Rows in these states, of one report or of all, with what a list says of them."""
    statement = (
        select(ProviderRow)
        .where(ProviderRow.organisation_id == organisation_id, ProviderRow.state.in_(states))
        .options(joinedload(ProviderRow.report), joinedload(ProviderRow.code))
    )
    if report_id is not None:
        statement = statement.where(ProviderRow.report_id == report_id)
    return statement


def search_rows(
    session: Session,
    organisation_id: UUID,
    states: Collection[RowState],
    listing: Listing,
    report_id: UUID | None = None,
) -> Page[ProviderRow]:
    """A page of them."""
    statement = rows_of(organisation_id, states, report_id)
    return page_of(session, statement, {"happened": ProviderRow.happened_at}, listing)


def list_rows(
    session: Session, organisation_id: UUID, states: Collection[RowState]
) -> Sequence[ProviderRow]:
    """All of them, in the order in which it happened."""
    statement = rows_of(organisation_id, states)
    return session.scalars(statement.order_by(ProviderRow.happened_at, ProviderRow.id)).all()


def count_rows(session: Session, organisation_id: UUID, states: Collection[RowState]) -> int:
    statement = select(func.count(ProviderRow.id)).where(
        ProviderRow.organisation_id == organisation_id, ProviderRow.state.in_(states)
    )
    return int(session.scalar(statement) or 0)


def known_digests(
    session: Session, organisation_id: UUID, digests: Collection[str]
) -> Mapping[str, RowState]:
    """What became of rows that were told before."""
    found: dict[str, RowState] = {}
    for some in in_parts(sorted(digests)):
        statement = select(ProviderRow.digest, ProviderRow.state).where(
            ProviderRow.organisation_id == organisation_id, ProviderRow.digest.in_(some)
        )
        found.update((digest, state) for digest, state in session.execute(statement))
    return found


def codes_by_index(session: Session, indexes: Collection[bytes]) -> Mapping[bytes, Code]:
    """The codes that the scope sees, with person and exam families."""
    found: dict[bytes, Code] = {}
    for some in in_parts(sorted(indexes)):
        statement = select(Code).where(Code.text_index.in_(some)).options(*_WITH)
        found.update((code.text_index, code) for code in session.scalars(statement))
    return found


def codes_by_last4(session: Session, last4: str, candidate: Candidate) -> Sequence[Code]:
    """The codes with these last symbols whose person may be the candidate; not more than some."""
    people = select(Person.id)
    if candidate.number:
        people = people.where(Person.number == candidate.number)
    elif candidate.email:
        people = people.where(Person.email == candidate.email)
    else:
        named = search_key(candidate.name)
        people = people.where(Person.search_name.contains(named, autoescape=True))
    statement = (
        select(Code)
        .where(Code.last4 == last4, Code.person_id.in_(people))
        .options(*_WITH)
        .limit(_MANY)
    )
    return session.scalars(statement).all()


def exam_families(session: Session, numbers: Collection[str]) -> Mapping[str, str]:
    """The family of each of these exams that the catalogue knows."""
    found: dict[str, str] = {}
    for some in in_parts(sorted(numbers)):
        statement = select(Exam.number, Exam.family_key).where(Exam.number.in_(some))
        found.update((number, family) for number, family in session.execute(statement))
    return found


def registrations_of(
    session: Session, code_ids: Collection[UUID]
) -> Mapping[UUID, list[Registration]]:
    """All registrations of these codes, the oldest first."""
    found: dict[UUID, list[Registration]] = {code_id: [] for code_id in code_ids}
    for some in in_parts(sorted(code_ids)):
        statement = select(Registration).where(Registration.code_id.in_(some))
        for each in session.scalars(statement.order_by(Registration.id)):
            found[each.code_id].append(each)
    return found


def scores_of(session: Session, registration_ids: Collection[UUID]) -> Mapping[UUID, ExamScore]:
    """The results of these registrations that are known."""
    found: dict[UUID, ExamScore] = {}
    for some in in_parts(sorted(registration_ids)):
        statement = select(ExamScore).where(ExamScore.registration_id.in_(some))
        found.update((each.registration_id, each) for each in session.scalars(statement))
    return found


def find_operator(session: Session) -> Organisation | None:
    """The operator's own organisation, where commands take reports in."""
    statement = select(Organisation).where(Organisation.kind == OrganisationKind.OPERATOR)
    return session.scalar(statement.order_by(Organisation.id).limit(1))
