"""Reserves, assigns and takes back codes of many people, by few statements (C2).

Beside the single steps, with their checks: one person or code that is refused stops no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from vlms.accounts.models import Organisation, Person
from vlms.codes.events import CodesFreed
from vlms.codes.free_queries import Stock, free_codes, list_holders
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import Step
from vlms.codes.service.assigning import finish_many
from vlms.codes.service.conditions import assign_due, check_present
from vlms.codes.service.reserving import GIVEN_WITH, holds_one, too_few
from vlms.codes.service.steps_together import lock_codes, sort_out, take_step_on_all
from vlms.core.errors import DomainError
from vlms.core.work import Work


class Wish(NamedTuple):
    """A person who is to get a code; `again` also if they hold one of the product."""

    person_id: UUID
    again: bool = False


class Given(NamedTuple):
    """Who got which code, and why the others got none, by person."""

    codes: dict[UUID, Code]
    refused: dict[UUID, DomainError]


def reserve_many(
    work: Work,
    organisation_id: UUID,
    stock: Stock,
    wishes: Sequence[Wish],
    *,
    to_assign: bool = False,
    **said: Any,
) -> Given:
    """Reserve the soonest-ending codes of a stock, in the order of the wishes.

    With `to_assign` only such as outlast the delay. `said` are columns of GIVEN_WITH.
    Raises StepRefused when a code has moved; then nothing is reserved.
    """
    people = _hold_people(work, organisation_id, wishes)
    given = Given({}, _refusals(work, stock, wishes, people))
    willing = [wish for wish in wishes if wish.person_id not in given.refused]
    last = _outlasts(work, organisation_id) if to_assign else work.now
    found = lock_codes(work, free_codes(organisation_id, stock, last).limit(len(willing)))
    codes = sort_out(work, found, Step.RESERVE).codes
    for wish, code in zip(willing, codes, strict=False):
        given.codes[wish.person_id] = code
    for wish in willing[len(codes) :]:
        given.refused[wish.person_id] = too_few(len(willing), len(codes))
    if codes:
        holders = {code.id: person_id for person_id, code in given.codes.items()}
        told = {name: value for name, value in said.items() if value is not None}
        take_step_on_all(
            work,
            codes,
            Step.RESERVE,
            Code.person_id.is_(None),
            each={"person_id": holders},
            reserved_at=work.now,
            **told,
        )
    for person_id, code in given.codes.items():
        # So that no later step has to ask for each of them.
        set_committed_value(code, "person", people[person_id])
    return given


def assign_many(work: Work, codes: Sequence[Code]) -> dict[UUID, DomainError]:
    """Begin to assign reserved codes of one organisation; without a delay they are assigned.

    Why it was not begun, by code. Raises StepRefused when a code has moved.
    """
    allowed = sort_out(work, codes, Step.START_ASSIGN)
    if allowed.codes:
        due_at = assign_due(allowed.codes[0], work.now)
        take_step_on_all(
            work,
            allowed.codes,
            Step.START_ASSIGN,
            Code.assign_due_at.is_(None),
            assign_due_at=due_at,
        )
        if due_at <= work.now:
            finish_many(work, allowed.codes)
    return allowed.refused


def take_back_many(
    work: Work, codes: Sequence[Code], reason: str | None = None
) -> dict[UUID, DomainError]:
    """Release what is only reserved, calling back first what is in its delay.

    Why the others stay with their people, by code (C2). Raises StepRefused when one has moved.
    """
    in_delay = [code for code in codes if code.assign_due_at is not None]
    called = sort_out(work, in_delay, Step.CALL_BACK)
    running = Code.assign_due_at > work.now
    if called.codes:
        take_step_on_all(
            work, called.codes, Step.CALL_BACK, running, reason=reason, assign_due_at=None
        )
    rest = [code for code in codes if code.id not in called.refused]
    released = sort_out(work, rest, Step.RELEASE)
    for emptied, some in _by_what_was_said(released.codes).items():
        nothing = {name: None for name in ("person_id", "reserved_at", *emptied)}
        untouched = Code.assign_due_at.is_(None)
        take_step_on_all(work, some, Step.RELEASE, untouched, reason=reason, **nothing)
    freed = {(code.organisation_id, code.product_id) for code in released.codes}
    work.events.extend(CodesFreed(*key) for key in sorted(freed))
    return {**called.refused, **released.refused}


def _by_what_was_said(codes: Sequence[Code]) -> Mapping[tuple[str, ...], list[Code]]:
    """The journal tells only of what was there."""
    found: dict[tuple[str, ...], list[Code]] = {}
    for code in codes:
        said = tuple(name for name in GIVEN_WITH if getattr(code, name) is not None)
        found.setdefault(said, []).append(code)
    return found


def _hold_people(
    work: Work, organisation_id: UUID, wishes: Sequence[Wish]
) -> Mapping[UUID, Person]:
    """The people, so held that nobody else gives them the same product at this moment."""
    keys = [wish.person_id for wish in wishes]
    wanted = select(Person).where(Person.organisation_id == organisation_id, Person.id.in_(keys))
    ordered = wanted.order_by(Person.id).with_for_update(key_share=True, of=Person)
    found = work.session.scalars(ordered.execution_options(populate_existing=True))
    return {person.id: person for person in found}


def _refusals(
    work: Work, stock: Stock, wishes: Sequence[Wish], people: Mapping[UUID, Person]
) -> dict[UUID, DomainError]:
    holders = list_holders(work.session, list(people), stock.product_id, work.now)
    found: dict[UUID, DomainError] = {}
    for wish in wishes:
        person = people[wish.person_id]
        try:
            check_present(person)
        except DomainError as refusal:
            found[person.id] = refusal
        else:
            if person.id in holders and not wish.again:
                found[person.id] = holds_one(person.name)
    return found


def _outlasts(work: Work, organisation_id: UUID) -> Any:
    """C2: an assignment needs a code that lasts longer than the time to call it back."""
    delay = work.session.get_one(Organisation, organisation_id).assign_delay_minutes
    return work.now + timedelta(minutes=delay)
