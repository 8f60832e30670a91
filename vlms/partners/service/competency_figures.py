"""Imports monthly figures of competencies: first what every row would do, then all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import product
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.core.dry_run import Change, Difference, DryRun, Fault, Line, row_fault
from vlms.core.errors import BadInput
from vlms.core.permissions import Permission
from vlms.core.text import Name, _
from vlms.core.work import Work
from vlms.exports.mapping import Field, check_mapping, guess_mapping, value_in
from vlms.exports.sheets import Sheet, typed
from vlms.partners.competencies import shipped
from vlms.partners.models.competencies import CompetencyFigure
from vlms.partners.rules.figure_rows import (
    HEADINGS,
    LABELS,
    FigureRow,
    Metrics,
    folded,
    read_figure,
)
from vlms.partners.rules.figures import trailing_until
from vlms.partners.terms import competency_terms

Key = tuple[str, str, str]
Held = Mapping[tuple[Key, date], CompetencyFigure]
FIELDS = tuple(
    Field(name, label, (HEADINGS[name],), required=name != "trailing")
    for name, label in LABELS.items()
)


def examine_figures(session: Session, organisation_id: UUID, sheet: Sheet) -> DryRun[FigureRow]:
    """What an import of the sheet would do. Raises BadInput when a column is missing."""
    mapping = guess_mapping(FIELDS, sheet.headers)
    check_mapping(FIELDS, mapping, sheet.headers)
    held, metrics = _held(session, organisation_id), _metrics()
    seen: dict[tuple[Key, date], int] = {}
    lines = []
    for row in sheet.rows:
        texts = {name: typed(value_in(row, mapping, name)) for name in LABELS}
        lines.append(_line(row.number, texts, read_figure(texts, metrics), (held, seen)))
    problems = [Fault(p.row, p.sentence, None, p.way_out) for p in sheet.problems]
    return DryRun(tuple(LABELS.values()), _with_sums(lines, held), problems)


def import_figures(work: Work, organisation_id: UUID, sheet: Sheet) -> int:
    """Write all rows of the sheet in this transaction; how many were new or changed.

    Raises Forbidden; BadInput, and writes nothing, while any row or the file itself is wrong.
    """
    work.actor.require(Permission.EDIT_COMPETENCIES)
    run = examine_figures(work.session, organisation_id, sheet)
    run.require_sound()
    work.does("competency_figures.imported")
    held = _held(work.session, organisation_id)
    for line in run.lines:
        row = line.facts
        if row is None or line.change is Change.SAME:
            continue
        if line.change is Change.CHANGED:
            held[row.key, row.month].contribution = row.contribution
            continue
        competency, path, metric = row.key
        work.session.add(
            CompetencyFigure(
                organisation_id=organisation_id,
                competency=competency,
                path=path,
                metric=metric,
                month=row.month,
                contribution=row.contribution,
            )
        )
    work.flush()
    return run.counts[Change.NEW] + run.counts[Change.CHANGED]


def _held(session: Session, organisation_id: UUID) -> Held:
    own = select(CompetencyFigure).where(CompetencyFigure.organisation_id == organisation_id)
    return {
        ((one.competency, one.path, one.metric), one.month): one for one in session.scalars(own)
    }


def _metrics() -> Metrics:
    """Every metric of every version, by its names in both languages and by its keys."""
    found: dict[tuple[str, str, str], Key] = {}
    for versions in shipped().values():
        for definition in (one.terms for one in versions):
            for path in definition.paths:
                for metric in path.path.metrics:
                    key = (definition.key, path.path.key, metric.key)
                    names = (definition.name, path.name, path.names[metric.key])
                    spelled = [_spelled(each, name) for each, name in zip(key, names, strict=True)]
                    found |= {folded(*words): key for words in product(*spelled)}
    return found


def _spelled(key: str, name: Name) -> tuple[str, str, str]:
    return key, name.singular, name.chinese


def _line(
    number: int,
    texts: Mapping[str, str],
    read: tuple[FigureRow | None, Sequence[Exception]],
    known: tuple[Held, dict[tuple[Key, date], int]],
) -> Line[FigureRow]:
    row, refusals = read
    held, seen = known
    shown = tuple(texts[name] for name in LABELS)
    faults = [row_fault(number, one) for one in refusals if isinstance(one, BadInput)]
    if row is not None and (first := seen.get((row.key, row.month))) is not None:
        faults.append(row_fault(number, _repeated(first)))
    if row is None or faults:
        return Line(number, Change.WRONG, shown, faults=tuple(faults))
    seen[row.key, row.month] = number
    before = held.get((row.key, row.month))
    if before is None:
        return Line(number, Change.NEW, shown, row)
    if before.contribution == row.contribution:
        return Line(number, Change.SAME, shown, row)
    pair = _plain(before.contribution), _plain(row.contribution)
    return Line(number, Change.CHANGED, shown, row, (Difference(LABELS["contribution"], *pair),))


def _with_sums(lines: Sequence[Line[FigureRow]], held: Held) -> list[Line[FigureRow]]:
    """Notes where the file's own sum of twelve months is not what its months add up to."""
    months: dict[Key, dict[date, Decimal]] = {}
    for (key, month), one in held.items():
        months.setdefault(key, {})[month] = one.contribution
    for line in lines:
        if line.facts is not None:
            months.setdefault(line.facts.key, {})[line.facts.month] = line.facts.contribution
    return [_noted(line, months) for line in lines]


def _noted(line: Line[FigureRow], months: Mapping[Key, Mapping[date, Decimal]]) -> Line[FigureRow]:
    row = line.facts
    if row is None or row.trailing is None:
        return line
    count = competency_terms(row.month).terms.trailing_months
    found = trailing_until(months[row.key], row.month, count)
    if found == row.trailing:
        return line
    note = _(
        "The file says %(told)s for %(count)s months; those known here add up to %(found)s.",
        count=count,
        told=_plain(row.trailing),
        found=_plain(found),
    )
    return Line(line.number, line.change, line.shown, row, line.differences, line.faults, (note,))


def _repeated(first: int) -> BadInput:
    return BadInput(
        None,
        _("Row %(row)s gives the same month of this metric.", row=first),
        reason="repeated",
        field="month",
        way_out=_("Remove one of the two rows."),
    )


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
