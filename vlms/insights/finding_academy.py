"""Finds packs, classes and sittings: of a school's people only what their pages show them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from vlms.academy.models.packs import Pack
from vlms.academy.models.roster import SchoolClass
from vlms.academy.models.sittings import Sitting
from vlms.academy.queries.sittings import Look, whole_sittings
from vlms.core.clock import local_day
from vlms.core.permissions import Permission
from vlms.core.text import _, written
from vlms.insights.hits import READ_OF_A_KIND, Finder, Hit, Kind


def academic_finders(look: Look) -> Sequence[Finder]:
    """A teacher finds the sittings of their own classes, and those that they proctor."""

    def sittings(_session: Session, words: str) -> Iterator[Hit]:
        return _sittings(look, words)

    return (
        (Permission.VIEW_PACKS, _packs),
        (Permission.VIEW_ROSTERS, _classes),
        (Permission.VIEW_ROSTERS, sittings),
    )


def _packs(session: Session, words: str) -> Iterator[Hit]:
    statement = (
        select(Pack)
        .where(Pack.number.icontains(words, autoescape=True))
        .options(joinedload(Pack.product), joinedload(Pack.agreement))
        .order_by(Pack.number.desc())
    )
    for pack in session.scalars(statement.limit(READ_OF_A_KIND)):
        yield Hit(
            Kind.PACK,
            pack.number,
            _("number"),
            "packs.show",
            {"pack_id": str(pack.id)},
            pack.agreement.number,
            words.upper() == pack.number,
        )


def _classes(session: Session, words: str) -> Iterator[Hit]:
    fits = (column.icontains(words, autoescape=True) for column in _NAMED)
    statement = (
        select(SchoolClass)
        .where(or_(*fits))
        .options(joinedload(SchoolClass.school))
        .order_by(SchoolClass.ended_on.is_not(None), SchoolClass.title, SchoolClass.id)
    )
    for found in session.scalars(statement.limit(READ_OF_A_KIND)):
        by_title = words.lower() in found.title.lower()
        names = {found.title.lower(), (found.code or "").lower()}
        yield Hit(
            Kind.CLASS,
            found.title,
            _("name") if by_title else _("code of the class"),
            "schools.show_class",
            {"class_id": str(found.id)},
            " · ".join(part for part in (found.code, found.school.name) if part),
            words.lower() in names,
        )


_NAMED = (SchoolClass.title, SchoolClass.code)


def _sittings(look: Look, words: str) -> Iterator[Hit]:
    statement = whole_sittings(look).where(Sitting.number.icontains(words, autoescape=True))
    statement = statement.order_by(Sitting.starts_at.desc(), Sitting.id).limit(READ_OF_A_KIND)
    for sitting in look.session.scalars(statement):
        day = str(written(local_day(sitting.starts_at, sitting.time_zone)))
        parts = (sitting.exam_number, day, sitting.school.name)
        yield Hit(
            Kind.SITTING,
            sitting.number,
            _("number"),
            "sittings.show",
            {"sitting_id": str(sitting.id)},
            " · ".join(parts),
            words.upper() == sitting.number,
        )
