"""The same step on many codes: each by its own rules, one that is refused stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from vlms.codes.models import Code
from vlms.core.errors import DomainError
from vlms.core.work import Work

# So many a transaction, so that others are not kept waiting.
AT_ONCE = 50
Act = Callable[[Work, UUID], Code]
WorkFactory = Callable[[], AbstractContextManager[Work]]


@dataclass(frozen=True)
class Taken:
    """What became of one code; without a refusal the step was taken."""

    code_id: UUID
    refusal: DomainError | None = None


def take_together(open_work: WorkFactory, code_ids: Iterable[UUID], act: Act) -> Sequence[Taken]:
    """Take a step on each of these codes, some a unit of work, in their order.

    What a refused one had begun is undone; what was done before stays when a later unit fails.
    """
    found: list[Taken] = []
    for some in _groups(code_ids):
        with open_work() as work:
            found += [_take(work, code_id, act) for code_id in some]
    return found


def _take(work: Work, code_id: UUID, act: Act) -> Taken:
    event_count = len(work.events)
    try:
        with work.session.begin_nested():
            act(work, code_id)
    except DomainError as refusal:
        del work.events[event_count:]
        return Taken(code_id, refusal)
    return Taken(code_id)


def _groups(code_ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    waiting = iter(code_ids)
    while some := list(islice(waiting, AT_ONCE)):
        yield some
