"""What codes tell the domains above them, in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class BatchIssued:
    """The codes of a delivered line were issued just now (C1)."""

    batch_id: UUID
    code_count: int


@dataclass(frozen=True)
class CodesFreed:
    """Codes that were reserved are available again (C2)."""

    organisation_id: UUID
    product_id: UUID


@dataclass(frozen=True)
class CodeAssigned:
    """A code belongs to its person from now on, for good (C2)."""

    code_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class ExamPassed:
    """Its provider says that a person passed an exam, on a day in UTC."""

    person_id: UUID
    exam_number: str
    passed_on: date


@dataclass(frozen=True)
class PassWithdrawn:
    """The same provider says now that it was not passed."""

    person_id: UUID
    exam_number: str
    passed_on: date
