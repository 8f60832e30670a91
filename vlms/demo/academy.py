"""The demo university at work: its pack shared out, exams delivered, benefits, certificates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from vlms.academy.models.packs import Pack, PackKind
from vlms.academy.models.roster import AcademicTerm, SchoolClass
from vlms.academy.models.sittings import ExamSeat
from vlms.academy.requirements import site_requirements
from vlms.academy.rules.identity import Identity
from vlms.academy.service import seats
from vlms.academy.service.benefits import grant_benefit, take_benefit
from vlms.academy.service.certificates import Completion, issue_certificates
from vlms.academy.service.courses import CourseFacts, add_course
from vlms.academy.service.examining import SittingPlan
from vlms.academy.service.identifying import correct
from vlms.academy.service.quota_requests import ask
from vlms.academy.service.quotas import Place, give
from vlms.academy.service.results import Result, record_results
from vlms.academy.service.roster_import import plan_roster
from vlms.academy.service.roster_reading import read_zip
from vlms.academy.service.roster_writing import write_plan
from vlms.academy.service.scheduling import schedule
from vlms.academy.service.sites import SiteFacts, add_site, tick
from vlms.accounts.models import Person
from vlms.demo.agreements import CAMPUS
from vlms.demo.cast import COORDINATORS
from vlms.demo.orders import ADMINS, OPERATOR, Stage
from vlms.demo.roster import CLASSES, TEACHER, TEACHER_NAME, roster_zip, students, term_title

ADMIN = ADMINS[CAMPUS]
_FILE = "roster.zip"
_HOUR = timedelta(hours=1)
_PASSED, _FAILED = Result(870, True), Result(520, False)


def play_academy(stage: Stage) -> None:
    """After the orders: the pack was opened when its order was processed (O4)."""
    _import_roster(stage)
    site_id = _enter_sites(stage)
    pack_id, grant_id = _find(stage, PackKind.SITE_PACK), _find(stage, PackKind.IMAGINE_GRANT)
    before = _share_out(stage, pack_id, "t0", -105, (40, 30))
    now = _share_out(stage, pack_id, "t1", -34, (120, 100))
    _deliver(stage, _schedule(stage, before[0], 1, "MO-100", (-70, -60), site_id))
    _deliver(stage, _schedule(stage, now[0], 0, "MO-200", (-30, -20), site_id))
    _deliver(stage, _schedule(stage, now[1], 2, "MO-100", (-25, -12), site_id))
    _schedule(stage, now[0], 1, "MO-300", (-6, 0), site_id)
    _schedule(stage, now[1], 3, "MO-200", (-3, 7), site_id)
    _use_benefits(stage, grant_id)
    _certify(stage)
    with stage.act(COORDINATORS[1], -2) as work:
        place = Place(stage.cast.schools[1].id)
        ask(work, pack_id, place, 40, "下個月加開一場補考，需要更多考試。")


def _import_roster(stage: Stage) -> None:
    with stage.act(ADMIN, -112) as work:
        agreement = stage.agreements[CAMPUS]
        roster = read_zip(roster_zip(stage.cast))
        write_plan(work, agreement, plan_roster(work.session, agreement, roster, work.now), _FILE)


def _enter_sites(stage: Stage) -> UUID:
    """One whose gate is open, and one that is not registered yet (A1)."""
    cast = stage.cast
    place = cast.organisations["demo-university"]
    with stage.act(ADMIN, -110) as work:
        facts = SiteFacts(
            "資訊大樓 201 電腦教室",
            "臺北市示範路 1 號",
            None,
            "90012345",
            cast.day(-150),
            cast.day(400),
        )
        site = add_site(work, place.id, facts)
        work.flush()
        tick(work, site.id, [each.key for each in site_requirements()])
        add_site(work, place.id, SiteFacts("管理大樓 302", "臺北市示範路 3 號", cast.schools[1].id))
        return site.id


def _find(stage: Stage, kind: PackKind) -> UUID:
    """The university's pack, or the last of its grants."""
    with stage.act(OPERATOR, 0) as work:
        newest = select(Pack.id).where(Pack.kind == kind).order_by(Pack.opened_at.desc())
        return work.session.scalars(newest.limit(1)).one()


def _share_out(
    stage: Stage, pack_id: UUID, term: str, days: float, counts: tuple[int, int]
) -> list[UUID]:
    """A quota each for the schools in a term."""
    with stage.act(ADMIN, days) as work:
        title = term_title(stage.cast, term)
        term_id = work.session.scalars(
            select(AcademicTerm.id).where(AcademicTerm.title == title)
        ).one()
        return [
            give(work, pack_id, Place(school.id, term_id), count).id
            for school, count in zip(stage.cast.schools, counts, strict=True)
        ]


def _schedule(
    stage: Stage,
    quota_id: UUID,
    class_number: int,
    exam: str,
    days: tuple[float, float],
    site_id: UUID,
) -> UUID:
    """A whole class, scheduled on the first day for the second."""
    title, school, _count, _terms = CLASSES[class_number]
    with stage.act(COORDINATORS[school], days[0]) as work:
        found = select(SchoolClass).where(SchoolClass.title == title)
        proctor = select(Person.id).where(Person.name == TEACHER_NAME)
        plan = SittingPlan(
            stage.cast.schools[school].id,
            quota_id,
            exam,
            site_id,
            _starts_at(stage, days[1]),
            class_id=work.session.scalars(found).one().id,
            room="201",
            proctor_id=work.session.scalars(proctor).one() if school == 0 else None,
        )
        sitting = schedule(work, plan)
        work.flush()
        correct(work, sitting.id, _identities(sitting.seats))
        return sitting.id


def _starts_at(stage: Stage, days: float) -> datetime:
    """Ten o'clock in Taipei; today's in an hour or two."""
    at = stage.now + timedelta(days=days)
    later = at + 2 * _HOUR
    return (later if not days else at.replace(hour=2)).replace(minute=0, second=0, microsecond=0)


def _identities(of: Sequence[ExamSeat]) -> dict[UUID, Identity]:
    latin = {f"S{one.number:03}": one.latin_name for one in students()}
    return {
        seat.id: Identity(latin[seat.person.number or ""], f"demo-{seat.person.number}")
        for seat in of
    }


def _deliver(stage: Stage, sitting_id: UUID) -> None:
    """All but the last start; every fourth fails; the result of one is not there yet."""
    with stage.act(OPERATOR, 0) as work:
        found = work.session.scalars(select(ExamSeat).where(ExamSeat.sitting_id == sitting_id))
        rows = list(found)
    keys = sorted(seat.id for seat in rows)
    days = (rows[0].starts_at + _HOUR - stage.now) / timedelta(days=1)
    coordinator = COORDINATORS[[one.id for one in stage.cast.schools].index(rows[0].school_id)]
    with stage.act(coordinator, days) as work:
        seats.start(work, sitting_id, keys[:-1])
    with stage.act(coordinator, days + 0.1) as work:
        seats.no_show(work, sitting_id, keys[-1:])
    results = {key: _FAILED if number % 4 == 3 else _PASSED for number, key in enumerate(keys[:-2])}
    with stage.act(coordinator, days + 0.2) as work:
        record_results(work, sitting_id, results)


def _use_benefits(stage: Stage, grant_id: UUID) -> None:
    """Content is opened at once; of two discounts one is answered with a code (A3)."""
    with stage.act(COORDINATORS[0], -15) as work:
        teacher = work.session.scalars(select(Person.id).where(Person.email == TEACHER)).one()
        take_benefit(work, grant_id, "moac", teacher)
        take_benefit(work, grant_id, "study-guide-mos-2019", teacher)
        asked = take_benefit(work, grant_id, "mct-programme", teacher, "報名今年的講師計畫。").id
    with stage.act(OPERATOR, -13) as work:
        grant_benefit(work, asked, "MCT-50-7F3K2", "The code is good for one year's fee.")
    with stage.act(COORDINATORS[1], -3) as work:
        other = work.session.scalars(
            select(Person.id).where(Person.email == "hsu@university.example")
        ).one()
        take_benefit(work, grant_id, "microsoft-press", other)


def _certify(stage: Stage) -> None:
    """A course of the institution, certified for a class of management."""
    place = stage.cast.organisations["demo-university"]
    with stage.act(ADMIN, -33) as work:
        facts = CourseFacts("OA101", "Office Applications for Business", "商用軟體應用", 36)
        course = add_course(work, place.id, facts)
        work.flush()
        course_id = course.id
    title, school, _count, _terms = CLASSES[2]
    with stage.act(COORDINATORS[school], -5) as work:
        found = select(SchoolClass.id).where(SchoolClass.title == title)
        wanted = Completion(
            course_id,
            stage.cast.schools[school].id,
            stage.cast.day(-6),
            class_id=work.session.scalars(found).one(),
        )
        issue_certificates(work, place.id, wanted)
