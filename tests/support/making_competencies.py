"""Makes what competencies are judged by: people with exams that they have passed, figures."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from tests.support.making import make_person, make_user
from tests.support.making_catalog import make_family
from tests.support.making_links import make_link
from vlms.accounts.models import Organisation, Person
from vlms.catalog.models import Exam
from vlms.certifications.models import ExamPass, PassSource
from vlms.core.work import Work
from vlms.partners.models.competencies import CompetencyFigure


def make_passed(work: Work, person: Person, *numbers: str) -> None:
    """Exams that a person passed a month ago; they are made where they are not there."""
    family = make_family(work, "ROLE")
    for number in numbers:
        if work.session.get(Exam, number) is None:
            exam = Exam(number=number, name_en=number, name_zh=number, family_key=family.key)
            work.session.add(exam)
        work.session.add(
            ExamPass(
                organisation_id=person.organisation_id,
                person_id=person.id,
                exam_number=number,
                passed_on=work.now.date() - timedelta(days=30),
                source=PassSource.ENTRY,
                created_at=work.now,
            )
        )
    work.flush()


def make_skilled(work: Work, organisation: Organisation, name: str, *numbers: str) -> Person:
    """A person with exams passed, whose link a skills report has shown: they count."""
    email = f"{name.lower()}@{organisation.slug}.example"
    person = make_person(work, organisation, name, email, make_user(work, email, name))
    make_passed(work, person, *numbers)
    make_link(work, person, seen_at=work.now)
    return person


def make_figure(
    work: Work, organisation: Organisation, what: tuple[str, str, str], month: date, amount: str
) -> CompetencyFigure:
    """What a month contributed to (competency, path, metric)."""
    competency, path, metric = what
    made = CompetencyFigure(
        organisation_id=organisation.id,
        competency=competency,
        path=path,
        metric=metric,
        month=month,
        contribution=Decimal(amount),
    )
    work.session.add(made)
    work.flush()
    return made
