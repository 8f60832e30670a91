"""Gives the codes of a confirmed handout, and takes them back, some rows a unit of work.

Each piece is kept together with what it wrote of its rows: whoever goes on after a crash
gives nobody a second code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select

from vlms.accounts.queries import find_person
from vlms.accounts.service.people import PersonFacts, create_person
from vlms.codes.models import Code
from vlms.codes.service.giving_many import Wish, assign_many, reserve_many, take_back_many
from vlms.codes.service.steps_together import lock_codes
from vlms.core.errors import BadInput, DomainError, NotFound
from vlms.core.language import Language
from vlms.core.packed_text import pack_refusal
from vlms.core.text import _
from vlms.core.work import Work
from vlms.giving.models.handouts import Handout, HandoutRow
from vlms.giving.queries.handouts import stock_of
from vlms.giving.rules.handouts import Act, Outcome, Read, double
from vlms.giving.service.handout_checking import read_people
from vlms.jobs.pieces import Progress

# So many a transaction, so that others are not kept waiting.
AT_ONCE = 250


def give_next(work: Work, handout_id: UUID) -> Progress:
    """Give the next rows their codes; what stands against one is written beside it."""
    handout = work.session.get_one(Handout, handout_id)
    waiting = (HandoutRow.handout_id == handout_id, HandoutRow.outcome.is_(None))
    rows = _lock_rows(work, *waiting)
    for product_id, some in _by_product(_with_people(work, handout, rows)).items():
        _give(work, handout, product_id, some)
    work.flush()
    return _progress(work, handout, *waiting)


def take_back_next(work: Work, handout_id: UUID) -> Progress:
    """Release the next of its codes; those that are assigned stay, with the reason (C2)."""
    handout = work.session.get_one(Handout, handout_id)
    waiting = (
        HandoutRow.handout_id == handout_id,
        HandoutRow.outcome == Outcome.GIVEN,
        HandoutRow.reason.is_(None),
    )
    rows = _lock_rows(work, *waiting)
    keys = [row.code_id for row in rows]
    if keys:
        codes = lock_codes(work, select(Code).where(Code.id.in_(keys)), waits=True)
        people = {row.code_id: row.person_id for row in rows}
        own = [code for code in codes if code.person_id == people[code.id]]
        refused = {**_out_of_reach(keys, codes), **take_back_many(work, own, work.reason)}
        for row in rows:
            _note_taken_back(row, refused)
    work.flush()
    return _progress(work, handout, *waiting)


def _out_of_reach(keys: Sequence[UUID | None], codes: Sequence[Code]) -> dict[UUID, DomainError]:
    """Codes that whoever takes back does not see, for a role that covers less than before."""
    seen = {code.id for code in codes}
    why = NotFound("C2", _("Your role does not reach this code."), way_out=_("Ask who gave it."))
    return {key: why for key in keys if key is not None and key not in seen}


def _note_taken_back(row: HandoutRow, refused: Mapping[UUID, DomainError]) -> None:
    """Released by somebody before, or just now; or it stays, and why."""
    assert row.code_id is not None
    refusal = refused.get(row.code_id)
    if refusal is None:
        row.outcome = Outcome.UNDONE
    else:
        row.reason = pack_refusal(refusal)


def _lock_rows(work: Work, *waiting: object) -> Sequence[HandoutRow]:
    """The next rows, held: another worker waits, and then finds what is left."""
    statement = select(HandoutRow).where(*waiting)  # type: ignore[arg-type]
    ordered = statement.order_by(HandoutRow.position).limit(AT_ONCE)
    held = ordered.with_for_update(of=HandoutRow)
    return work.session.scalars(held.execution_options(populate_existing=True)).all()


def _progress(work: Work, handout: Handout, *waiting: object) -> Progress:
    left = select(func.count(HandoutRow.id)).where(*waiting)  # type: ignore[arg-type]
    return Progress(handout.row_count - int(work.session.scalar(left) or 0), handout.row_count)


def _by_product(rows: Sequence[HandoutRow]) -> dict[UUID, list[HandoutRow]]:
    """Each person once: somebody entered in the meantime may stand in two rows."""
    found: dict[UUID, list[HandoutRow]] = defaultdict(list)
    first: dict[tuple[UUID, UUID | None], int] = {}
    for row in rows:
        line = first.setdefault((row.product_id, row.person_id), row.line)
        if line == row.line:
            found[row.product_id].append(row)
        else:
            _end(row, Outcome.SKIPPED, double(line))
    return found


def _with_people(work: Work, handout: Handout, rows: Sequence[HandoutRow]) -> list[HandoutRow]:
    """The rows whose people are in the directory, where new ones are entered now."""
    new = [row for row in rows if row.person_id is None]
    for row, read in zip(new, read_people(new), strict=True):
        try:
            row.person_id = _enter(work, handout, row, read)
        except DomainError as refusal:
            _end(row, Outcome.FAILED, refusal)
    return [row for row in rows if row.person_id is not None]


def _enter(work: Work, handout: Handout, row: HandoutRow, read: Read | BadInput) -> UUID:
    """Somebody else may have entered them in the meantime. Raises what entering refuses."""
    if isinstance(read, BadInput):
        raise read
    there = find_person(work.session, handout.organisation_id, read.email or "")
    if there is not None:
        return there.id
    language = read.language or handout.language or Language.ENGLISH
    facts = PersonFacts(
        row.name, number=read.number, department=row.department or None, language=language
    )
    with work.session.begin_nested():
        person = create_person(work, handout.organisation_id, facts, read.email)
    return person.id


def _give(work: Work, handout: Handout, product_id: UUID, rows: Sequence[HandoutRow]) -> None:
    given = reserve_many(
        work,
        handout.organisation_id,
        stock_of(handout, product_id),
        [Wish(_person_of(row), row.gives_again) for row in rows],
        to_assign=handout.act is Act.ASSIGN,
        cost_centre=handout.cost_centre,
        letter_id=handout.letter_id,
        letter_language=handout.language.value if handout.language else None,
    )
    refused = given.refused
    if handout.act is Act.ASSIGN and given.codes:
        why = assign_many(work, list(given.codes.values()))
        back = {person: code for person, code in given.codes.items() if code.id in why}
        take_back_many(work, list(back.values()))
        refused = {**refused, **{person: why[code.id] for person, code in back.items()}}
    for row in rows:
        refusal = refused.get(_person_of(row))
        if refusal is None:
            row.code_id = given.codes[_person_of(row)].id
            row.outcome, row.reason = Outcome.GIVEN, None
        else:
            _end(row, _OUTCOMES.get(refusal.reason, Outcome.FAILED), refusal)


# Meant to be left out, as in the check; whatever else stands in the way has failed.
_OUTCOMES = {"holds_one": Outcome.SKIPPED}


def _person_of(row: HandoutRow) -> UUID:
    assert row.person_id is not None
    return row.person_id


def _end(row: HandoutRow, outcome: Outcome, refusal: DomainError) -> None:
    row.outcome, row.reason = outcome, pack_refusal(refusal)
