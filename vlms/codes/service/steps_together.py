"""The same step on many codes by one guarded statement, each held to the rules of a single one.

Who calls holds the codes locked (`lock_codes`), so that nobody moves one in between; should
one have moved all the same, the whole statement is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, literal
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from vlms.audit.service import journal_many
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State, Step, has_expired
from vlms.codes.rules.steps import check_kind, next_state
from vlms.codes.service.parties import conditions_of
from vlms.codes.service.transition import code_moved, kind_of
from vlms.core.errors import DomainError
from vlms.core.scoping import guarded_update
from vlms.core.work import Work

Each = Mapping[str, Mapping[UUID, Any]]


class Allowed(NamedTuple):
    """The codes on which a step may be taken, and why not on the others, by code."""

    codes: list[Code]
    refused: dict[UUID, DomainError]


def lock_codes(work: Work, wanted: Select[Code], *, waits: bool = False) -> Sequence[Code]:
    """The codes as they are now, held until this work ends.

    Those that others hold are left out, or waited for. SQLite lets one writer in at a time.
    """
    held = wanted.options(
        selectinload(Code.person), selectinload(Code.organisation)
    ).with_for_update(skip_locked=not waits, of=Code)
    return work.session.scalars(held.execution_options(populate_existing=True)).all()


def sort_out(work: Work, codes: Iterable[Code], step: Step) -> Allowed:
    """Ask of each code what a single step asks first."""
    found = Allowed([], {})
    for code in codes:
        asked = conditions_of(work, code, step)
        refusal = next((one.refusal for one in asked if one.refusal is not None), None)
        if refusal is None:
            found.codes.append(code)
        else:
            found.refused[code.id] = refusal
    return found


def take_step_on_all(
    work: Work,
    codes: Collection[Code],
    step: Step,
    *conditions: ColumnElement[bool],
    each: Each | None = None,
    reason: str | None = None,
    **values: Any,
) -> None:
    """Take a step on codes as they were read, guarded as a single one is (C6).

    `values` are further columns alike for all; `each` gives others, code by code. Raises
    StepRefused when the rules forbid it for one, or one has moved; then none is taken.
    """
    alike: dict[tuple[State, int], list[Code]] = defaultdict(list)
    for code in codes:
        check_kind(step, kind_of(code))
        alike[code.state, code.version].append(code)
    for (before, version), some in alike.items():
        expired = any(has_expired(code.state, code.expires_at, work.now) for code in some)
        after = next_state(before, step, expired=expired)
        keys = [code.id for code in some]
        guards = (
            Code.id.in_(keys),
            Code.state == before,
            Code.version == version,
            Code.expires_at > work.now,
            *conditions,
        )
        own = {name: _by_code(name, keys, told) for name, told in (each or {}).items()}
        new = {"state": after, "version": Code.version + 1, **values, **own}
        if guarded_update(work.session, Code, *guards, **new) != len(some):
            raise code_moved()
        told = [_told(code, after, {**values, **_own(code, each or {})}) for code in some]
        journal_many(work, f"code.{step.value}", told, reason)
        for code in some:
            _note(work, code, {"state": after, **values, **_own(code, each or {})})


def _by_code(name: str, keys: Sequence[UUID], told: Mapping[UUID, Any]) -> ColumnElement[Any]:
    column = getattr(Code, name)
    values = {key: literal(told[key], column.type) for key in keys}
    return case(values, value=Code.id)


def _own(code: Code, each: Each) -> dict[str, Any]:
    return {name: told[code.id] for name, told in each.items()}


def _told(code: Code, after: State, values: Mapping[str, Any]) -> Any:
    before = {name: getattr(code, name) for name in values}
    record = ("code", code.id, code.organisation_id)
    return record, {"state": code.state, **before}, {"state": after, **values}


def _note(work: Work, code: Code, values: Mapping[str, Any]) -> None:
    """The code as it stands now, without reading it again."""
    for name, value in {**values, "version": code.version + 1}.items():
        set_committed_value(code, name, value)
    if "person_id" in values:
        work.session.expire(code, ["person"])
