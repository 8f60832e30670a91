"""From one term to the next: what is free of its quotas goes along, its classes end (A2, F11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from vlms.academy.models.packs import Pack, PackQuota
from vlms.academy.models.roster import AcademicTerm, ClassTerm, SchoolClass
from vlms.academy.queries.packs import covered_places, holder_name
from vlms.academy.rules.rollover import Fate, check_terms, fate_of
from vlms.academy.service.quotas import Place, move
from vlms.accounts.service.limits import require_whole_organisation
from vlms.core.errors import NotFound
from vlms.core.permissions import Permission
from vlms.core.text import Text, _, ngettext
from vlms.core.work import Work


@dataclass(frozen=True)
class QuotaFate:
    """A quota of the old term; `count` of it are free."""

    quota: PackQuota
    count: int
    fate: Fate

    @property
    def sentence(self) -> Text:
        """What happens to it, for who decides and for who reads it afterwards."""
        facts = {
            "pack": self.quota.pack.number,
            "holder": holder_name(self.quota),
            "reserved": self.quota.reserved_count,
            "day": self.quota.pack.last_day,
        }
        match self.fate:
            case Fate.MOVES:
                return ngettext(
                    "%(pack)s, %(holder)s: %(number)s free exam moves; %(reserved)s reserved stay.",
                    "%(pack)s, %(holder)s: %(number)s free exams move; %(reserved)s reserved stay.",
                    self.count,
                    **facts,
                )
            case Fate.PACK_ENDS:
                return ngettext(
                    "%(pack)s, %(holder)s: %(number)s free exam is left; the pack ends on %(day)s.",
                    "%(pack)s, %(holder)s: %(number)s free exams are left; the pack ends on "
                    "%(day)s.",
                    self.count,
                    **facts,
                )
            case Fate.SCHOOL_LEFT:
                return ngettext(
                    "%(pack)s, %(holder)s: %(number)s free exam stays, as the school has left "
                    "the agreement; move it to another school.",
                    "%(pack)s, %(holder)s: %(number)s free exams stay, as the school has left "
                    "the agreement; move them to another school.",
                    self.count,
                    **facts,
                )
        return _("%(pack)s, %(holder)s: nothing is free, so nothing moves.", **facts)


@dataclass(frozen=True)
class Rollover:
    """What happens, or has happened: quotas by their fate, and the classes that end."""

    old: AcademicTerm
    new: AcademicTerm
    quotas: Sequence[QuotaFate]
    classes: Sequence[SchoolClass]

    @property
    def moving(self) -> Sequence[QuotaFate]:
        return [each for each in self.quotas if each.fate is Fate.MOVES]

    @property
    def moved_count(self) -> int:
        return sum(each.count for each in self.moving)


def plan_rollover(session: Session, old_id: UUID, new_id: UUID, today: date) -> Rollover:
    """What `roll_over` would do. Raises NotFound, QuotaRefused (A2)."""
    old, new = _term(session, old_id), _term(session, new_id)
    if old.organisation_id != new.organisation_id:
        raise NotFound(None, _("There is no such term."))
    check_terms((old.first_day, old.last_day), (new.first_day, new.last_day), today)
    quotas = _quotas(session, old)
    covered = covered_places(session, {quota.pack.agreement_id for quota in quotas})
    fates = [
        QuotaFate(
            quota,
            quota.free_count,
            fate_of(
                quota.free_count,
                quota.pack.last_day,
                new.first_day,
                today,
                is_covered=quota.school_id is None
                or (quota.pack.agreement_id, quota.school_id) in covered,
            ),
        )
        for quota in quotas
    ]
    return Rollover(old, new, fates, _classes(session, old))


def roll_over(work: Work, old_id: UUID, new_id: UUID, zone: str) -> Rollover:
    """Move what is free to the new term and end the old term's classes; cannot be undone.

    Each move is that of a quota, guarded and in the ledger; reserved and used exams stay.
    Raises Forbidden, NotFound, QuotaRefused (A2), also when a quota changed meanwhile.
    """
    work.actor.require(Permission.EDIT_PACKS)
    work.actor.require(Permission.EDIT_ROSTERS)
    # Of some agreements alone it would end classes that others' exams are for.
    require_whole_organisation(work)
    plan = plan_rollover(work.session, old_id, new_id, work.today(zone))
    reason = str(_("Carried over from %(old)s to %(new)s.", old=plan.old.title, new=plan.new.title))
    for each in plan.moving:
        place = Place(each.quota.school_id, plan.new.id)
        move(work, each.quota.id, place, each.count, reason)
    work.does("class.ended", reason)
    for found in plan.classes:
        found.ended_on = plan.old.last_day
    work.flush()
    return plan


def _term(session: Session, term_id: UUID) -> AcademicTerm:
    term = session.scalar(select(AcademicTerm).where(AcademicTerm.id == term_id))
    if term is None:
        raise NotFound(None, _("There is no such term."))
    return term


def _quotas(session: Session, term: AcademicTerm) -> Sequence[PackQuota]:
    statement = (
        select(PackQuota)
        .join(Pack, PackQuota.pack_id == Pack.id)
        .where(PackQuota.term_id == term.id, PackQuota.quota_count > 0)
        .options(
            joinedload(PackQuota.pack), joinedload(PackQuota.school), joinedload(PackQuota.term)
        )
        .order_by(Pack.number, PackQuota.id)
    )
    return session.scalars(statement).all()


def _classes(session: Session, old: AcademicTerm) -> Sequence[SchoolClass]:
    """Classes of the term that are not held in a later one as well, and have not ended."""
    in_term = select(ClassTerm.class_id).where(ClassTerm.term_id == old.id)
    go_on = (
        select(ClassTerm.class_id)
        .join(AcademicTerm, ClassTerm.term_id == AcademicTerm.id)
        .where(AcademicTerm.last_day > old.last_day)
    )
    statement = (
        select(SchoolClass)
        .where(SchoolClass.id.in_(in_term), SchoolClass.id.not_in(go_on))
        .where(SchoolClass.ended_on.is_(None))
        .options(joinedload(SchoolClass.school))
        .order_by(SchoolClass.title, SchoolClass.id)
    )
    return session.scalars(statement).all()
