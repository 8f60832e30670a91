"""Makes what order plans need: certifications with exams, goals."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from tests.support.making_catalog import make_family
from tests.support.making_orders import Shop, make_shop
from vlms.agreements.models import Agreement
from vlms.catalog.models import Certification, CertificationKind, Exam
from vlms.core.work import Work
from vlms.planning.queries.people_groups import TYPED
from vlms.planning.service.goals import GoalFacts, PlanFacts
from vlms.planning.service.order_plans import add_plan

BEGINS_ON = date(2026, 3, 2)


def make_certification(
    work: Work, key: str, kind: CertificationKind, *numbers: str, family: str = "FUND"
) -> Certification:
    """With exams of one family."""
    make_family(work, family)
    exams = [
        work.session.get(Exam, number)
        or Exam(number=number, name_en=number, name_zh=number, family_key=family)
        for number in numbers
    ]
    made = Certification(key=key, name_en=key.title(), name_zh=key, kind=kind, exams=exams)
    work.session.add(made)
    work.flush()
    return made


def make_planning_shop(work: Work) -> Shop:
    """The shop's voucher is for fundamentals: 120.00 for 12 months; the term ends 2027-06-30."""
    shop = make_shop(work)
    shop.product.families = [make_family(work, "FUND")]
    make_certification(work, "basics", CertificationKind.FUNDAMENTALS, "F-1")
    make_certification(work, "architect", CertificationKind.EXPERT, "R-1", "R-2", family="ROLE")
    return shop


def goal(people: int, certification: str = "basics", months: int | None = None) -> GoalFacts:
    return GoalFacts(TYPED, people, certification, months)


def plan_of(*goals: GoalFacts, title: str = "Spring", begins_on: date = BEGINS_ON) -> PlanFacts:
    return PlanFacts(title, begins_on, goals)


def make_foreign_plan(work: Work, owner_id: UUID) -> dict[str, UUID]:
    """Somebody else's plan, under their first agreement, for a certification of the catalogue."""
    agreement = work.session.scalars(
        select(Agreement).where(Agreement.organisation_id == owner_id).order_by(Agreement.number)
    ).first()
    assert agreement is not None
    facts = plan_of(goal(3, "azure-fundamentals"), title="宏遠科技 plan", begins_on=work.now.date())
    return {"plan_id": add_plan(work, agreement.id, facts).id}
