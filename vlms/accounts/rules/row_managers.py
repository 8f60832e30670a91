"""Finds the managers whom rows name: in the directory, or in a good row of the same file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from vlms.accounts.rules.compared_row import ComparedRow, HeldPerson
from vlms.accounts.rules.managers import circles
from vlms.accounts.rules.person_row import LABELS
from vlms.core.errors import BadInput
from vlms.core.reading import shown
from vlms.core.text import _


def resolve_managers(rows: Sequence[ComparedRow], held: Sequence[HeldPerson]) -> None:
    """Give each good row its manager's key; a row without, or in a circle, is wrong.

    When the row of somebody new falls, the rows of those whom they manage fall with it.
    """
    resolving = _Resolving([one for one in rows if one.is_sound], held)
    resolving.look_up()
    # A row that falls leaves its person the manager of before, which may close a circle.
    while resolving.break_circles():
        pass


class _Resolving:
    def __init__(self, rows: Sequence[ComparedRow], held: Sequence[HeldPerson]) -> None:
        self.rows, self.held = rows, held
        self._managed_by_new: dict[UUID, list[ComparedRow]] = defaultdict(list)

    def look_up(self) -> None:
        by_name: dict[str, UUID] = {}
        for person in self.held:
            by_name.update({name: person.id for name in (person.email, person.number) if name})
        for one in self.rows:
            if one.row is not None and one.person_id is not None:
                names = (one.row.email, one.row.number)
                by_name.update({name: one.person_id for name in names if name})
        new = {one.person_id for one in self.rows if one.held is None}
        for one in self.rows:
            named = one.row.manager if one.row is not None else None
            if named is None:
                one.manager_id = one.held.manager_id if one.held is not None else None
                continue
            one.manager_id = by_name.get(named)
            if one.manager_id in new and one.manager_id is not None:
                self._managed_by_new[one.manager_id].append(one)
        self._drop([one for one in self.rows if _names(one) and one.manager_id is None])

    def _drop(self, rows: Iterable[ComparedRow]) -> None:
        """Their managers are not there; nor are those of whom they manage, if they are new."""
        waiting = list(rows)
        while waiting:
            one = waiting.pop()
            if one.is_sound:
                one.refusals.append(_unknown_manager(_names(one)))
            if one.held is None and one.person_id is not None:
                waiting += self._managed_by_new.pop(one.person_id, [])

    def break_circles(self) -> bool:
        """Whether a row fell by it."""
        managers = {person.id: person.manager_id for person in self.held}
        good = [one for one in self.rows if one.is_sound]
        managers |= {one.person_id: one.manager_id for one in good if one.person_id is not None}
        circling = circles(managers)
        fallen = [one for one in good if one.person_id in circling and _names(one)]
        for one in fallen:
            one.refusals.append(_circle(_names(one)))
        self._drop(fallen)
        return bool(fallen)


def _names(one: ComparedRow) -> str:
    return (one.row.manager if one.row is not None else None) or ""


def _unknown_manager(named: str) -> BadInput:
    return BadInput(
        None,
        _(
            '%(field)s: nobody here and no good row of the file has "%(named)s".',
            field=LABELS["manager"],
            named=shown(named),
        ),
        reason="unknown_manager",
        field="manager",
        way_out=_("Write the manager's number or e-mail address, or give the manager a row."),
    )


def _circle(named: str) -> BadInput:
    return BadInput(
        None,
        _(
            '%(field)s: with "%(named)s" somebody would stand above themselves.',
            field=LABELS["manager"],
            named=shown(named),
        ),
        reason="circle",
        field="manager",
        way_out=_("Break the circle: the one who stands highest has no manager."),
    )
