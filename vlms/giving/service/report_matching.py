"""Which code a reported row is about, and how that code stands (C3)."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.codes.custody import Custody
from vlms.codes.models import Code, Registration
from vlms.codes.service.outcomes import OUTCOMES
from vlms.core.keys import KeyRing
from vlms.core.reading import search_key
from vlms.giving.models.provider_reports import ExamScore
from vlms.giving.queries.provider_reports import (
    codes_by_index,
    codes_by_last4,
    exam_families,
    registrations_of,
    scores_of,
)
from vlms.giving.rules.report_rows import Candidate, ToldRow
from vlms.giving.rules.report_standing import Appointment, Standing
from vlms.giving.rules.report_words import Why

_STEPS = {outcome: step for step, outcome in OUTCOMES.items()}
Match = Code | Why


def indexes_of(keys: KeyRing, told: ToldRow) -> list[bytes]:
    """The keyed indexes of the codes that a row may mean."""
    return Custody(keys).index_all(told.texts)


def digest_of(keys: KeyRing, told: ToldRow) -> str:
    """A keyed digest of all that the row tells; the same row gives the same, in any file."""
    who = told.candidate
    said = (
        [index.hex() for index in indexes_of(keys, told)],
        told.last4,
        *(search_key(part) for part in (who.email, who.number, who.name)),
        told.happening.value,
        *(_instant(moment) for moment in (told.happened_at, told.starts_at)),
        *(told.exam, told.result, told.score),
    )
    return hmac.digest(keys.index, b"report|" + repr(said).encode(), "sha256").hex()


def match_rows(
    session: Session, keys: KeyRing, rows: Iterable[ToldRow], agreement_id: UUID | None
) -> Mapping[int, Match]:
    """By row: the code that it is about, or why none is taken to be.

    With an `agreement_id` the codes of no other are known here.
    """
    told = list(rows)
    indexes = {row.number: indexes_of(keys, row) for row in told}
    codes = codes_by_index(session, {each for some in indexes.values() for each in some})
    families = exam_families(session, {row.exam for row in told if row.exam})
    found: dict[int, Match] = {}
    for row in told:
        match = _match(session, row, indexes[row.number], codes)
        if isinstance(match, Code) and agreement_id not in (None, match.agreement_id):
            match = Why.UNKNOWN_CODE
        found[row.number] = check_exam(row, match, families)
    return found


def check_exam(told: ToldRow, match: Match, families: Mapping[str, str]) -> Match:
    """The code, unless it is not good for the exam; a row that names none is about its own."""
    if isinstance(match, Code) and told.exam is not None:
        good_for = {family.key for family in match.product.families}
        return match if families.get(told.exam) in good_for else Why.WRONG_EXAM
    return match


def _match(
    session: Session, told: ToldRow, indexes: list[bytes], codes: Mapping[bytes, Code]
) -> Match:
    if indexes:
        found = [codes[index] for index in indexes if index in codes]
        return check_person(told.candidate, found[0]) if found else Why.UNKNOWN_CODE
    candidates = codes_by_last4(session, told.last4, told.candidate)
    fitting = [code for code in candidates if isinstance(check_person(told.candidate, code), Code)]
    if len(fitting) == 1:
        return fitting[0]
    return Why.AMBIGUOUS if fitting else Why.UNKNOWN_CODE


def check_person(candidate: Candidate, code: Code) -> Match:
    """The code, unless it is somebody else's: number and address say more than a name."""
    person = code.person
    if person is None:
        return code
    told = [(candidate.number, person.number), (candidate.email, person.email)]
    both = [(said, known) for said, known in told if said and known]
    if both:
        return code if any(said == known for said, known in both) else Why.WRONG_PERSON
    if not candidate.name:
        return code
    names = {search_key(name) for name in (person.name, person.latin_name) if name}
    return code if search_key(candidate.name) in names else Why.WRONG_PERSON


def standings_of(session: Session, codes: Iterable[Code]) -> dict[UUID, Standing]:
    """How each code stands, by its key."""
    found = {code.id: code for code in codes}
    made = registrations_of(session, found)
    scores = scores_of(session, {one.id for some in made.values() for one in some})
    return {key: _standing(code, made[key], scores) for key, code in found.items()}


def _standing(code: Code, made: list[Registration], scores: Mapping[UUID, ExamScore]) -> Standing:
    used = next((scores[one.id] for one in made if one.id in scores), None)
    return Standing(
        code.state,
        code.assigned_at,
        code.expires_at,
        tuple(_appointment(one) for one in made),
        (used.result, used.score) if used else (None, None),
    )


def _appointment(one: Registration) -> Appointment:
    ended = _STEPS[one.outcome] if one.outcome else None
    told_at = min(one.recorded_at, one.outcome_at or one.recorded_at)
    return Appointment(one.exam_number, one.starts_at, told_at, ended, one.outcome_at)


def _instant(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
