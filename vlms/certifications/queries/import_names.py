"""What a transcript file may name: people, exams, certifications, and what is entered already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import Person
from vlms.accounts.rules.mcid import only_one
from vlms.catalog.models import Certification, Exam
from vlms.catalog.queries import list_certifications, list_exams
from vlms.certifications.models import ExamPass, HeldCertification
from vlms.certifications.rules.earning import Span
from vlms.core.reading import canonical_email
from vlms.exports.mapping import fold

_ExamPass = tuple[UUID, str, date]


class Named:
    """The people of an organisation and the catalogue, read once for a whole file."""

    def __init__(self, session: Session, organisation_id: UUID) -> None:
        self._people = _known(session, organisation_id)
        self._exams = {fold(one.number): one for one in list_exams(session)}
        self._certifications: dict[str, Certification] = {}
        for one in list_certifications(session):
            for name in (one.key, one.name_en, one.name_zh):
                self._certifications[fold(name)] = one
        passes = select(ExamPass.person_id, ExamPass.exam_number, ExamPass.passed_on).where(
            ExamPass.organisation_id == organisation_id
        )
        self.passes: set[_ExamPass] = {
            (person_id, number, day) for person_id, number, day in session.execute(passes)
        }
        self.held: dict[tuple[UUID, str], list[HeldCertification]] = defaultdict(list)
        own = select(HeldCertification).where(HeldCertification.organisation_id == organisation_id)
        for held in session.scalars(own):
            self.held[held.person_id, held.certification_key].append(held)
        # What rows of the file come to, for those behind them.
        self.told: dict[tuple[UUID, str], list[Span]] = defaultdict(list)

    def people(self, names: Iterable[str]) -> set[UUID]:
        """Who is known by one of these names: addresses, a number, an MCID."""
        known = (self._people.get(canonical_email(n)) or self._people.get(n) for n in names)
        return {one for one in known if one is not None}

    def exam(self, what: str) -> Exam | None:
        """By its number, alone or at the beginning as in "AZ-104: …" and "Exam AZ-104: …"."""
        words = what.replace(":", " ").split()
        for word in words[:2]:
            found = self._exams.get(fold(word))
            if found is not None:
                return found
        return None

    def certification(self, what: str) -> Certification | None:
        return self._certifications.get(fold(what))


def _known(session: Session, organisation_id: UUID) -> dict[str, UUID]:
    """By address, number and MCID; nothing for an MCID that could be several people's."""
    found: dict[str, UUID] = {}
    mcids: dict[str, list[tuple[UUID, bool]]] = defaultdict(list)
    of = Person.organisation_id == organisation_id
    columns = (
        select(Person.id, Person.email, Person.number, Person.mcid, Person.left_at)
        .where(of, Person.erased_at.is_(None))
        .order_by(Person.id)
    )
    for key, email, number, mcid, left_at in session.execute(columns):
        mcids[mcid or ""].append((key, left_at is None))
        for name in (number, email):
            if name:
                found[name] = key
    # Somebody rehired has two entries with one MCID: it means who is present.
    for mcid, people in mcids.items():
        if mcid and (only := only_one(people)):
            found.setdefault(mcid, only)
    return found
