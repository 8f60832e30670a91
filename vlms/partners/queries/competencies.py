"""How an organisation's competencies stand: few queries, whatever its size (K3-K5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from vlms.accounts.models import Person
from vlms.core.term import add_months
from vlms.core.versions import Version
from vlms.partners.competencies import Definitions, asked_on, called
from vlms.partners.models.competencies import CompetencyFigure, CompetencySpell
from vlms.partners.models.memberships import Membership
from vlms.partners.offers import offer_on
from vlms.partners.queries.memberships import find_present, find_replaced, may_be_exempt, year_of
from vlms.partners.queries.proofs import who_has
from vlms.partners.rules.attainment import CompetencyState, Level, PackagePlace
from vlms.partners.rules.definitions import Definition, NamedPath, Period
from vlms.partners.rules.figures import anniversary_sum, trailing_sum
from vlms.partners.rules.membership_offers import OfferFamily
from vlms.partners.rules.membership_year import Exemption, last_day_to_renew
from vlms.partners.rules.skills import Proof, passed_by
from vlms.partners.rules.standing import Figures, Package, Standing, stand
from vlms.partners.terms import competency_terms

_YEAR = 12
_SHOWN = (CompetencyState.ACTIVE, CompetencyState.AT_RISK, CompetencyState.GRACE)
MonthlyFigures = Mapping[tuple[str, str, str], Mapping[date, Decimal]]
"""By competency, path and metric: what each month contributed."""


@dataclass(frozen=True)
class Facts:
    """All that competencies are judged by on a day, read once."""

    day: date
    package: Package | None
    proofs: Sequence[Proof]
    # Of people whose link no skills report has shown, and of people who are not linked (K1, K2).
    pending: Sequence[Proof]
    not_linked: Sequence[Proof]
    months: MonthlyFigures
    definitions: Sequence[Version[Definition]]
    # What the package was bought on, as it was named; and what was shown since (K3).
    bought_on: str | None
    shown: Set[str]

    @property
    def year_end(self) -> date:
        """The next anniversary; without a package the day in twelve months."""
        if self.package is None:
            return add_months(self.day, _YEAR)
        year = self.package[1]
        return year.anniversary if self.day <= year.anniversary else year.next_anniversary

    @property
    def grace_end(self) -> date | None:
        """The last day on which the package can be renewed and paid (M1, M2)."""
        return last_day_to_renew(self.package[1]) if self.package else None

    @property
    def exemptions(self) -> tuple[Exemption, ...]:
        """What holds the package's competencies complete today, whatever is attained (M2)."""
        return self.package[1].exempt(self.day) if self.package else ()

    def passed(self, day: date | None = None) -> Mapping[UUID, Set[str]]:
        """What counts for each person, on that day if nothing is renewed until then."""
        return passed_by(self.proofs, day or self.day)

    def waiting(self, names: Set[str]) -> tuple[int, int]:
        """How many people who have one of these names are pending, and are not linked."""
        pending, others = (
            {one.person_id for one in proofs if one.name in names}
            for proofs in (self.pending, self.not_linked)
        )
        return len(pending), len(others)

    def figures(self, key: str, paths: Sequence[NamedPath]) -> Figures:
        """The sums that a competency's paths ask for."""
        return {
            one.path.key: {
                metric.key: self._sum(
                    self.months.get((key, one.path.key, metric.key), {}), one.periods[metric.key]
                )
                for metric in one.path.metrics
            }
            for one in paths
        }

    def _sum(self, months: Mapping[date, Decimal], period: Period) -> Decimal:
        if period is Period.ANNIVERSARY and self.package is not None:
            return anniversary_sum(months, self.package[1].anniversary, self.day)
        return trailing_sum(months, self.day, competency_terms(self.day).terms.trailing_months)

    def stand(
        self, version: Version[Definition], passed: Mapping[UUID, Set[str]]
    ) -> Standing[UUID]:
        """How these people, with the organisation's figures, stand in one competency."""
        asked = version.terms
        figures = self.figures(asked.key, asked.paths)
        named, place = (asked, version.name, version.source), self._place(asked)
        return stand(named, figures, passed, self.package, self.day, place)

    def _place(self, asked: Definition) -> PackagePlace:
        if self.bought_on is not None and asked.is_called(self.bought_on):
            return PackagePlace.BOUGHT_ON
        return PackagePlace.SHOWN if asked.key in self.shown else PackagePlace.NEVER_SHOWN


def get_facts(
    session: Session, organisation_id: UUID, day: date, definitions: Definitions | None = None
) -> Facts:
    """What an organisation's competencies are judged by on a day of its zone."""
    found = find_present(session, organisation_id, OfferFamily.PACKAGE)
    has = who_has(session, organisation_id, day)
    return Facts(
        day=day,
        package=_package(session, found, day),
        bought_on=found.competency if found else None,
        shown=_shown_since(session, organisation_id, found.bought_on) if found else frozenset(),
        proofs=has.counted,
        pending=has.pending,
        not_linked=has.not_linked,
        months=monthly_figures(session, organisation_id),
        definitions=asked_on(day, definitions),
    )


def list_standings_of(facts: Facts) -> list[Standing[UUID]]:
    """Every competency of the day; what has begun comes first, else as the data have them."""
    passed = facts.passed()
    found = [facts.stand(version, passed) for version in facts.definitions]
    return sorted(found, key=lambda one: not one.has_begun)


def _package(session: Session, found: Membership | None, day: date) -> Package | None:
    """The silver or gold package that was bought last, with its year; None without one (K3)."""
    level = _level_of(found) if found else None
    if found is None or level is None:
        return None
    year = year_of(found, day)
    held = _held_before(session, found, level, day)
    return level, replace(year, exemptions=(*year.exemptions, *held))


def _level_of(membership: Membership) -> Level | None:
    return offer_on(membership.offer_key, membership.bought_on).level


def _held_before(
    session: Session, membership: Membership, level: Level, day: date
) -> tuple[Exemption, ...]:
    """What still holds the competency that was bought on anew, at its former level (M2)."""
    if not may_be_exempt(membership, day):
        return ()
    former = find_replaced(session, membership)
    if former is None or (_level_of(former) or 0) < level:
        return ()
    is_same = called(former.competency or "") == called(membership.competency or "")
    return year_of(former, day).exempt(day) if is_same else ()


def _shown_since(session: Session, organisation_id: UUID, day: date) -> frozenset[str]:
    """The competencies that a package showed on some day since this one (K3)."""
    spell = CompetencySpell
    statement = select(spell.competency).where(
        spell.organisation_id == organisation_id,
        spell.state.in_(_SHOWN),
        or_(spell.ended_on.is_(None), spell.ended_on >= day),
    )
    return frozenset(session.scalars(statement.distinct()))


def monthly_figures(session: Session, organisation_id: UUID) -> MonthlyFigures:
    """Everything that was imported."""
    found: dict[tuple[str, str, str], dict[date, Decimal]] = defaultdict(dict)
    row = CompetencyFigure
    statement = select(row.competency, row.path, row.metric, row.month, row.contribution)
    own = statement.where(row.organisation_id == organisation_id)
    for competency, path, metric, month, contribution in session.execute(own):
        found[competency, path, metric][month] = contribution
    return found


def list_records_of(session: Session, organisation_id: UUID, name: str) -> Sequence[UUID]:
    """The keys of the figures and of the times of a competency, whose changes are journalled."""
    statements = (
        select(table.id).where(table.organisation_id == organisation_id, table.competency == name)
        for table in (CompetencySpell, CompetencyFigure)
    )
    return [key for statement in statements for key in session.scalars(statement)]


def list_spells(session: Session, organisation_id: UUID) -> Sequence[CompetencySpell]:
    """The history of all competencies: the newest first."""
    own = select(CompetencySpell).where(CompetencySpell.organisation_id == organisation_id)
    order = (CompetencySpell.started_on.desc(), CompetencySpell.competency, CompetencySpell.id)
    return session.scalars(own.order_by(*order)).all()


def names_of(session: Session, person_ids: Set[UUID]) -> dict[UUID, Person]:
    """The people by their keys."""
    wanted = select(Person).where(Person.id.in_(sorted(person_ids)))
    return {person.id: person for person in session.scalars(wanted)}
