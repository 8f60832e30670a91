"""Reserves codes for people, changes and releases reservations (C2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from vlms.accounts.models import Person
from vlms.accounts.queries import get_person
from vlms.codes.errors import GivingRefused
from vlms.codes.events import CodesFreed
from vlms.codes.free_queries import Stock, free_codes
from vlms.codes.models import Code
from vlms.codes.queries import count_held, get_code
from vlms.codes.rules.lifecycle import Step
from vlms.codes.service.conditions import check_present
from vlms.codes.service.parties import check_step
from vlms.codes.service.steps_together import lock_codes
from vlms.codes.service.transition import take_step
from vlms.core.errors import Topic
from vlms.core.text import Text, _
from vlms.core.work import Work

# What was said when a code was given goes with the giving.
GIVEN_WITH = ("cost_centre", "letter_id", "letter_language")


def reserve(
    work: Work,
    person_id: UUID,
    product_id: UUID,
    agreement_id: UUID | None = None,
    count: int = 1,
    *,
    confirmed: bool = False,
) -> Sequence[Code]:
    """Reserve the available codes that end soonest for a person; nobody sees them yet (C2).

    Raises GivingRefused: the person has left, has one already (unless `confirmed`), or too
    few are available. Of two who reserve at the same moment nobody gets the other's code.
    """
    person = get_person(work.session, person_id)
    check_present(person)
    if not confirmed:
        _check_first(work, person, product_id)
    codes = _hold(work, person.organisation_id, Stock(product_id, agreement_id), count)
    if len(codes) < count:
        raise too_few(count, len(codes))
    return [_reserve(work, code, person) for code in codes]


def reserve_lasting(
    work: Work, person_id: UUID, product_id: UUID, lasting_beyond: datetime
) -> Code | None:
    """Reserve the code that ends soonest of those that still last at an instant; None without.

    It was approved for the person: another one of the product is no hindrance. Raises
    GivingRefused when the person has left.
    """
    person = get_person(work.session, person_id)
    check_present(person)
    wanted = free_codes(person.organisation_id, Stock(product_id), lasting_beyond)
    codes = lock_codes(work, wanted.limit(1))
    return _reserve(work, codes[0], person) if codes else None


def reserve_this(work: Work, code_id: UUID, person_id: UUID, *, confirmed: bool = False) -> Code:
    """Reserve one chosen code for a person. Raises GivingRefused and StepRefused."""
    code, person = get_code(work.session, code_id), get_person(work.session, person_id)
    check_step(work, code, Step.RESERVE)
    _check_own(code, person)
    if not confirmed:
        _check_first(work, person, code.product_id)
    return _reserve(work, code, person)


def change(work: Work, code_id: UUID, person_id: UUID, *, confirmed: bool = False) -> Code:
    """Reserve a reserved code for another person. Raises StepRefused once it is assigned."""
    code, person = get_code(work.session, code_id), get_person(work.session, person_id)
    check_step(work, code, Step.CHANGE)
    _check_own(code, person)
    if not confirmed:
        _check_first(work, person, code.product_id)
    return take_step(
        work,
        code,
        Step.CHANGE,
        Code.assign_due_at.is_(None),
        person_id=person.id,
        reserved_at=work.now,
    )


def release(work: Work, code_id: UUID, reason: str | None = None) -> Code:
    """Make a reserved code available again. Raises StepRefused once it is assigned."""
    code = get_code(work.session, code_id)
    check_step(work, code, Step.RELEASE)
    work.events.append(CodesFreed(code.organisation_id, code.product_id))
    return take_step(
        work,
        code,
        Step.RELEASE,
        Code.assign_due_at.is_(None),
        reason=reason,
        person_id=None,
        reserved_at=None,
        **{name: None for name in GIVEN_WITH if getattr(code, name) is not None},
    )


def _check_own(code: Code, person: Person) -> None:
    check_present(person)
    if code.organisation_id != person.organisation_id:
        raise _refused(
            "person_elsewhere",
            _(
                "%(name)s is not a person of the organisation that owns this code.",
                name=person.name,
            ),
            _("Choose somebody of the organisation, or enter the person there first."),
        )


def _check_first(work: Work, person: Person, product_id: UUID) -> None:
    if count_held(work.session, person.id, product_id, work.now):
        raise holds_one(person.name)


def holds_one(name: str) -> GivingRefused:
    """Refuses a second code of a product for somebody for whom one was meant."""
    return _refused(
        "holds_one",
        _("%(name)s has a code of this product already.", name=name),
        _("Confirm that another one is meant, or choose somebody else."),
    )


def _hold(work: Work, organisation_id: UUID, stock: Stock, count: int) -> Sequence[Code]:
    """Available codes, soonest-ending first; PostgreSQL passes over those held by others.

    SQLite lets one writer in at a time, and the step itself is guarded on both.
    """
    return lock_codes(work, free_codes(organisation_id, stock, work.now).limit(count))


def _reserve(work: Work, code: Code, person: Person) -> Code:
    return take_step(
        work,
        code,
        Step.RESERVE,
        Code.person_id.is_(None),
        person_id=person.id,
        reserved_at=work.now,
    )


def too_few(wanted: int, found: int) -> GivingRefused:
    return _refused(
        "none_available" if found == 0 else "too_few_available",
        _(
            "%(wanted)s codes were asked for and %(found)s are available.",
            wanted=wanted,
            found=found,
        ),
        _("Release reservations that are not needed, or order more."),
    )


def _refused(reason: str, sentence: Text, way_out: Text) -> GivingRefused:
    return GivingRefused(
        "C2", sentence, reason=reason, field="person", way_out=way_out, ask=Topic.CODES
    )
