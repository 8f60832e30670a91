"""Makes handouts of what was pasted, uploaded or ticked; changes their rows and wishes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID

from sqlalchemy import select

from vlms.accounts.models import Person
from vlms.accounts.people_columns import FIELDS as COLUMNS
from vlms.codes.models import CodeBatch
from vlms.codes.queries import get_batch
from vlms.core.errors import BadInput, Conflict, NotFound
from vlms.core.language import Language
from vlms.core.scoping import guarded_update
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.exports.mapping import guess_mapping, value_in
from vlms.exports.reading import read_rows
from vlms.exports.sheets import Row, Sheet, value_text
from vlms.giving.models.handouts import Handout, HandoutRow
from vlms.giving.queries.handouts import get_row, products_of, undecided
from vlms.giving.rules.handouts import KEPT_LENGTH, Act, Entry, Source, Standing
from vlms.giving.rules.pasted_lines import looks_like_a_table, read_pasted
from vlms.giving.service.handout_checking import FIELDS, check_handout, check_new
from vlms.notices.letter_queries import get_letter

MOST_ROWS = 20_000


@dataclass(frozen=True)
class Wishes:
    """What is said of a whole handout; see the columns of its table."""

    act: Act = Act.ASSIGN
    batch_id: UUID | None = None
    adds_people: bool = False
    letter_id: UUID | None = None
    language: Language | None = None
    cost_centre: str | None = None


@dataclass(frozen=True)
class People:
    """Who is to get codes: the lines of a list, and where it comes from."""

    source: Source
    entries: Sequence[Entry]
    name: str = ""


def people_pasted(text: str) -> People:
    """What somebody pasted: a table with headings, or a person a line. Raises BadInput."""
    if looks_like_a_table(text):
        sheet = read_rows(io.BytesIO(text.encode()), "pasted.csv")
        return People(Source.PASTED, entries_of(sheet))
    return People(Source.PASTED, read_pasted(text))


def people_in_file(name: str, body: bytes) -> People:
    """The rows of an uploaded .xlsx or .csv. Raises BadInput."""
    sheet = read_rows(io.BytesIO(body), name)
    return People(Source.FILE, entries_of(sheet), PurePath(name).name)


def people_chosen(people: Sequence[Person], name: str = "") -> People:
    """People of the directory, in their order."""
    entries = [
        Entry(line, one.email or "", one.name, one.number or "", one.department or "", one.language)
        for line, one in enumerate(people, start=1)
    ]
    return People(Source.PEOPLE, entries, name)


def entries_of(sheet: Sheet) -> list[Entry]:
    """The people of a list, by its headings. Raises BadInput for one that names nobody."""
    sheet.require_sound()
    mapping = guess_mapping(COLUMNS, sheet.headers)
    if not {"email", "number"} & mapping.keys():
        raise _refused(
            _("No column of the list holds e-mail addresses or numbers."),
            _("Give one of them the heading “E-mail address” or “Number”."),
        )

    def entry(row: Row) -> Entry:
        texts = {name: value_text(value_in(row, mapping, name)) for name in FIELDS}
        return Entry(row.number, **texts)

    return [entry(row) for row in sheet.rows]


def make_handout(
    work: Work,
    organisation_id: UUID,
    people: People,
    product_ids: Sequence[UUID],
    wishes: Wishes,
) -> Handout:
    """A draft with a row for each person and product, checked. Nothing is given yet.

    Raises BadInput without people or products, for too many, or for a batch of another product.
    """
    _check_size(people, product_ids)
    handout = Handout(
        organisation_id=organisation_id,
        made_by=work.actor.user_id,
        made_at=work.now,
        touched_at=work.now,
        source=people.source,
        source_name=people.name[:200],
        row_count=len(people.entries) * len(product_ids),
    )
    _write_wishes(work, handout, wishes, product_ids)
    work.session.add(handout)
    work.flush()
    pairs = [(product_id, entry) for product_id in product_ids for entry in people.entries]
    rows = [_row(handout, place, *pair) for place, pair in enumerate(pairs)]
    check_new(work, handout, rows)
    work.session.add_all(rows)
    work.flush()
    return handout


def _check_size(people: People, product_ids: Sequence[UUID]) -> None:
    if not people.entries:
        raise _refused(
            _("The list names nobody."),
            _("Paste one person a line, upload a list, or choose people of the directory."),
        )
    if not product_ids:
        raise _refused(_("No product was chosen."), _("Choose what the people are to get."))
    if len(people.entries) * len(product_ids) > MOST_ROWS:
        sentence = _("At most %(count)s codes are given at once.", count=MOST_ROWS)
        raise _refused(sentence, _("Divide the list, or choose fewer products."))


def _row(handout: Handout, position: int, product_id: UUID, entry: Entry) -> HandoutRow:
    texts = _texts_of(entry)
    return HandoutRow(
        organisation_id=handout.organisation_id,
        handout_id=handout.id,
        position=position,
        line=entry.line,
        product_id=product_id,
        gives_again=False,
        is_dropped=False,
        standing=Standing.GOOD,
        **texts,
    )


def _texts_of(entry: Entry) -> dict[str, str]:
    return {name: getattr(entry, name).strip()[:KEPT_LENGTH] for name in FIELDS}


def change_wishes(work: Work, handout: Handout, wishes: Wishes) -> None:
    """Say otherwise what is to be given how, and check again.

    Raises BadInput for a batch of another product, Conflict once it is confirmed.
    """
    _check_draft(work, handout)
    _write_wishes(work, handout, wishes, work.session.scalars(products_of(handout.id)).all())
    check_handout(work, handout)


def _write_wishes(
    work: Work, handout: Handout, wishes: Wishes, product_ids: Sequence[UUID]
) -> None:
    if wishes.batch_id is not None:
        _check_batch(get_batch(work.session, wishes.batch_id), handout, product_ids)
    if wishes.letter_id is not None:
        get_letter(work.session, wishes.letter_id)
    handout.act, handout.batch_id = wishes.act, wishes.batch_id
    handout.adds_people, handout.cost_centre = wishes.adds_people, wishes.cost_centre
    handout.letter_id, handout.language = wishes.letter_id, wishes.language


def _check_batch(batch: CodeBatch, handout: Handout, product_ids: Sequence[UUID]) -> None:
    if batch.organisation_id != handout.organisation_id:
        raise NotFound(None, _("There is no such batch of codes here."))
    if batch.product_id not in product_ids:
        raise _refused(
            _("This batch holds codes of another product than those that are given."),
            _("Choose its product, or another batch."),
        )


def edit_row(
    work: Work, handout: Handout, row_id: UUID, entry: Entry, *, gives_again: bool
) -> HandoutRow:
    """Put a row right, and check all again. Raises Conflict once it has its code."""
    row = get_row(work.session, handout.id, row_id)
    open_rows = hold_undecided(work, handout)
    if row not in open_rows:
        raise row_done()
    for name, text in _texts_of(entry).items():
        setattr(row, name, text)
    row.gives_again, row.is_dropped = gives_again, False
    work.flush()
    check_new(work, handout, open_rows)
    return row


def drop_rows(work: Work, handout: Handout, row_ids: Sequence[UUID], *, dropped: bool) -> int:
    """Leave rows out, or take them in again, and check all again; how many were changed."""
    _check_draft(work, handout)
    own = (HandoutRow.handout_id == handout.id, HandoutRow.outcome.is_(None))
    chosen = select(HandoutRow).where(*own, HandoutRow.id.in_(row_ids))
    found = work.session.scalars(chosen).all()
    for row in found:
        row.is_dropped = dropped
    work.flush()
    check_handout(work, handout)
    return len(found)


def _check_draft(work: Work, handout: Handout) -> None:
    """Guarded, so that nobody confirms it in this moment. Raises Conflict."""
    draft = (Handout.id == handout.id, Handout.confirmed_at.is_(None))
    if guarded_update(work.session, Handout, *draft, touched_at=work.now) != 1:
        raise Conflict(
            "C2",
            _("This handout was confirmed; its rows stay as they are."),
            reason="confirmed",
            way_out=_("Look at its result."),
        )


def hold_undecided(work: Work, handout: Handout) -> Sequence[HandoutRow]:
    """The rows that may be changed now: all of a draft, else those that failed.

    Raises Conflict when it is confirmed at this moment.
    """
    is_draft = handout.confirmed_at is None
    if is_draft:
        _check_draft(work, handout)
    return work.session.scalars(undecided(handout.id, failed_only=not is_draft)).all()


def row_done() -> Conflict:
    """Why a row is not changed any more."""
    return Conflict(
        "C2",
        _("This row is done; it stays as it is."),
        reason="row_done",
        way_out=_("Make another handout for what is still wanted."),
    )


def _refused(sentence: Text, way_out: Text) -> BadInput:
    return BadInput(None, sentence, reason="handout_empty", field="text", way_out=way_out)
