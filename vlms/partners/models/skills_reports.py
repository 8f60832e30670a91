"""Tables of the programme's monthly reports, and of what was decided about their lines (K2, K5)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.scope import Visibility
from vlms.partners.rules.report_cases import Case, CaseState
from vlms.partners.rules.report_rows import ReportKind, Who, training_key, who_key


class SkillsReport(Keyed, Base):
    """A month's report of one kind, as it was imported last; `month` is its first day.

    `import_count` grows with each import that changes it: of two at once one finds another.
    """

    __tablename__ = "skills_report"
    __table_args__ = (
        Index("uq_skills_report_month", "organisation_id", "kind", "month", unique=True),
    )
    visible = Visibility()
    audited = ("kind", "month", "imported_at", "row_count")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[ReportKind] = mapped_column(choice(ReportKind, "skills_report_kind"))
    month: Mapped[date] = mapped_column(Date)
    imported_at: Mapped[datetime] = mapped_column(Instant)
    row_count: Mapped[int] = mapped_column(Integer)
    import_count: Mapped[int] = mapped_column(Integer)


class ReportedSkill(Keyed, Base):
    """A row of a report. Name and address are kept of those alone whom nobody here is.

    `in_pmc` and `in_pc` are None where the report says nothing.
    """

    __tablename__ = "reported_skill"
    __table_args__ = (Index("ix_reported_skill_report", "report_id", "mcid"),)
    visible = Visibility()

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    report_id: Mapped[UUID] = mapped_column(ForeignKey("skills_report.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    mcid: Mapped[str | None] = mapped_column(String(20))
    name: Mapped[str | None] = mapped_column(String(301))
    account: Mapped[str | None] = mapped_column(String(254))
    training_id: Mapped[str | None] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(300))
    training_type: Mapped[str | None] = mapped_column(String(100))
    completed_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    in_pmc: Mapped[bool | None] = mapped_column()
    in_pc: Mapped[bool | None] = mapped_column()
    mpn_id: Mapped[str | None] = mapped_column(String(20))
    relevant: Mapped[str | None] = mapped_column(String(1402))

    @property
    def who(self) -> Who:
        return self.mcid, self.person_id, self.account, self.name

    @property
    def key(self) -> tuple[str, str, date]:
        """What tells it from the other rows of its report."""
        return who_key(self.who), training_key(self.training_id, self.title), self.completed_on


class ReportDecision(Keyed, Base):
    """That a line of the list was done or is to be ignored, for this report's month alone.

    `subject_id` is the row of the report, or the association that the report lacks.
    """

    __tablename__ = "report_decision"
    __table_args__ = (Index("uq_report_decision", "report_id", "case", "subject_id", unique=True),)
    visible = Visibility()
    audited = ("case", "state", "note", "decided_at")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    report_id: Mapped[UUID] = mapped_column(ForeignKey("skills_report.id"))
    case: Mapped[Case] = mapped_column(choice(Case, "report_decision_case"))
    subject_id: Mapped[UUID] = mapped_column()
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[CaseState] = mapped_column(choice(CaseState, "report_decision_state"))
    note: Mapped[str] = mapped_column(String(400))
    decided_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
