"""When exams are retired, as an expression for statements that have joined exam and family."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Date, case, or_, type_coerce

from vlms.catalog.models import Exam, ExamFamily


def exam_retires_on() -> ColumnElement[date | None]:
    """The earlier of an exam's own day of retirement and its family's, if it has any."""
    own, family = Exam.retires_on, ExamFamily.retires_on
    is_own = or_(family.is_(None), own < family)
    return type_coerce(case((own.is_(None), family), (is_own, own), else_=family), Date)
