"""Which rows a scope sees and may write, as conditions of statements and on rows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, true

from vlms.core.db import Base
from vlms.core.scope import Holder, Organisation, Reseller, Scope, System, Team, Visibility


def criterion(
    model: type[Base], scope: Scope | None, *, writes: bool = False
) -> ColumnElement[bool]:
    """The condition under which `scope` sees rows of `model`, or changes them (`writes`)."""
    visible = model.visible
    open_to_all = visible.everyone_changes if writes else visible.everyone_reads
    if isinstance(scope, System) or open_to_all:
        return true()
    match scope:
        case Organisation():
            return _organisation(model, visible, scope, writes=writes)
        case Reseller() if visible.reseller:
            return _seller(model, visible.reseller, scope, writes=writes)
        case Holder() if visible.holder:
            return _column(model, visible.holder).in_(sorted(scope.person_ids))
        case Team() if visible.team and (visible.team_writes or not writes):
            return _column(model, visible.team).in_(sorted(scope.person_ids))
    return false()


def _organisation(
    model: type[Base], visible: Visibility, scope: Organisation, *, writes: bool
) -> ColumnElement[bool]:
    if visible.organisation is None:
        return false()
    own = _column(model, visible.organisation) == scope.id
    theirs = None if scope.agreement_ids is None else model.of_agreements(scope.agreement_ids)
    if theirs is not None:
        own &= theirs
    if scope.school_ids is not None:
        own &= _of_schools(model, visible, scope.school_ids, writes=writes)
    return own


def _seller(
    model: type[Base], column: str, scope: Reseller, *, writes: bool
) -> ColumnElement[bool]:
    own: ColumnElement[bool] = _column(model, column) == scope.id
    former = None if writes else model.former_sellers_read(scope.id)
    return own if former is None else own | former


def _of_schools(
    model: type[Base], visible: Visibility, school_ids: Collection[UUID], *, writes: bool
) -> ColumnElement[bool]:
    # A row that is of several schools is changed by those of its own one, as may_write says.
    theirs = model.schools_own(school_ids) if writes else model.of_schools(school_ids)
    if theirs is not None:
        return theirs
    is_open = visible.schools_write or (visible.schools_read and not writes)
    return true() if is_open else false()


def _column(model: type[Base], name: str) -> ColumnElement[Any]:
    column: ColumnElement[Any] = getattr(model, name)
    return column


def may_write(row: Base, scope: Scope | None, *, new: bool) -> bool:
    """Whether `scope` may write this row as it stands."""
    visible = row.visible
    if visible.append_only and not new:
        return False
    if scope is None or isinstance(scope, System):
        return scope is not None
    if visible.everyone_changes or (new and visible.everyone_appends):
        return True
    match scope:
        case Organisation():
            own = visible.organisation and getattr(row, visible.organisation) == scope.id
            return (
                bool(own)
                and _agreement_allows(row, visible, scope)
                and _schools_allow(row, visible, scope)
            )
        case Reseller():
            return bool(visible.reseller) and getattr(row, visible.reseller or "") == scope.id
        case Holder():
            return bool(visible.holder) and getattr(row, visible.holder or "") in scope.person_ids
        case Team():
            return _team_allows(row, visible, scope) and not new


def _team_allows(row: Base, visible: Visibility, scope: Team) -> bool:
    """A manager changes what is there; it is their people who add to it."""
    own = visible.team and getattr(row, visible.team) in scope.person_ids
    return bool(own) and visible.team_writes


def _agreement_allows(row: Base, visible: Visibility, scope: Organisation) -> bool:
    if scope.agreement_ids is None or visible.agreement is None:
        return True
    return getattr(row, visible.agreement) in scope.agreement_ids


def _schools_allow(row: Base, visible: Visibility, scope: Organisation) -> bool:
    if scope.school_ids is None:
        return True
    if visible.school is None:
        return visible.schools_write
    school_id = getattr(row, visible.school)
    return school_id in scope.school_ids or (school_id is None and visible.schools_share)
