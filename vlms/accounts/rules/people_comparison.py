"""Compares a list of people with the directory: who is new, what changes, what cannot be.

A row means the person with its number, else with its e-mail address. What it leaves empty
stays. Nobody is taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from vlms.accounts.rules.compared_row import ComparedRow, HeldPerson
from vlms.accounts.rules.managers import managers_first
from vlms.accounts.rules.person_row import LABELS, PersonRow
from vlms.accounts.rules.row_managers import resolve_managers
from vlms.core.errors import BadInput
from vlms.core.reading import shown
from vlms.core.text import Text, _

# Columns of a person that a row tells as they are.
PLAIN = ("number", "name", "latin_name", "department", "mcid", "language")


@dataclass(frozen=True)
class Comparison:
    """All rows in their order, who would be written in which order, and who is missing."""

    rows: Sequence[ComparedRow]
    missing: Sequence[HeldPerson]
    manager_names: Mapping[UUID, str]

    def in_writing_order(self) -> list[ComparedRow]:
        """Managers before those whom they manage; rows that are wrong last."""
        by_person = {one.person_id: one for one in self.rows if one.person_id and one.is_sound}
        above = {person_id: one.manager_id for person_id, one in by_person.items()}
        order = managers_first(by_person, above)
        return [*(by_person[key] for key in order), *(r for r in self.rows if not r.is_sound)]


class _Directory:
    """The people that are there, by what rows name."""

    def __init__(self, held: Sequence[HeldPerson]) -> None:
        self.held = held
        self.by_id = {one.id: one for one in held}
        self.by_number = {one.number: one for one in held if one.number is not None}
        self.by_email = {one.email: one for one in held if one.email is not None}

    def meant_by(self, row: PersonRow) -> HeldPerson | None:
        if row.number is not None and row.number in self.by_number:
            return self.by_number[row.number]
        found = self.by_email.get(row.email) if row.email is not None else None
        # Two numbers are two persons, who only gave the same address.
        if found is not None and row.number is not None and found.number is not None:
            return None
        return found


def compare(
    rows: Sequence[ComparedRow], held: Sequence[HeldPerson], new_key: Callable[[], UUID]
) -> Comparison:
    """Tell in every row what it would do, and what is wrong with it."""
    directory = _Directory(held)
    _refuse_doubles(rows)
    told: set[UUID] = set()
    for one in rows:
        _match(one, directory, told, new_key)
    resolve_managers(rows, held)
    names = {person.id: person.name for person in held}
    for one in rows:
        if one.row is not None and one.person_id is not None and one.is_sound:
            names[one.person_id] = one.row.name
            one.changed = _changes(one, one.row)
    missing = [one for one in held if one.id not in told and not one.has_left]
    return Comparison(rows, missing, names)


def _refuse_doubles(rows: Sequence[ComparedRow]) -> None:
    for name in ("number", "email"):
        seen: dict[str, int] = {}
        for one in rows:
            value = getattr(one.row, name) if one.row is not None else None
            if value is None:
                continue
            first = seen.setdefault(value, one.number)
            if first != one.number:
                one.refusals.append(_double(name, value, first))


def _double(name: str, value: str, first: int) -> BadInput:
    return BadInput(
        None,
        _(
            '%(field)s: "%(value)s" stands in row %(row)s already.',
            field=LABELS[name],
            value=shown(value),
            row=first,
        ),
        reason="double",
        field=name,
        way_out=_("Give each person one row."),
    )


def _match(
    one: ComparedRow, directory: _Directory, told: set[UUID], new_key: Callable[[], UUID]
) -> None:
    if one.row is None:
        return
    one.held = directory.meant_by(one.row)
    owner = directory.by_email.get(one.row.email) if one.row.email is not None else None
    if owner is not None and (one.held is None or owner.id != one.held.id):
        one.refusals.append(_belongs_to(owner))
    if one.held is None:
        one.person_id = new_key()
    elif one.held.id in told:
        one.refusals.append(_told_twice(one.held))
    else:
        told.add(one.held.id)
        one.person_id = one.held.id


def _belongs_to(owner: HeldPerson) -> BadInput:
    return BadInput(
        None,
        _(
            "%(field)s: it belongs to %(person)s (%(number)s) in the directory.",
            field=LABELS["email"],
            person=owner.name,
            number=owner.number or "–",
        ),
        reason="taken",
        field="email",
        way_out=_("Correct one of the two, in the file or in the directory."),
    )


def _told_twice(held: HeldPerson) -> BadInput:
    return BadInput(
        None,
        _("Another row tells of %(person)s already.", person=held.name),
        reason="double",
        field="number",
        way_out=_("Give each person one row."),
    )


def _changes(one: ComparedRow, row: PersonRow) -> dict[str, object]:
    """What of a person who is there becomes another."""
    held = one.held
    if held is None:
        return {}
    found: dict[str, object] = {}
    for name in (*PLAIN, "email"):
        value = getattr(row, name)
        if value is not None and value != getattr(held, name):
            found[name] = value
    if one.manager_id != held.manager_id:
        found["manager_id"] = one.manager_id
    return found


def notes_of(one: ComparedRow) -> tuple[Text, ...]:
    """What else follows from a row."""
    notes = []
    if one.is_sound and one.new_email is not None:
        notes.append(_("The address is corrected: links sent to the old one end; codes stay (C2)."))
    if one.is_sound and one.held is not None and one.held.has_left:
        notes.append(_("Marked as leaver; the import does not change that."))
    return tuple(notes)
