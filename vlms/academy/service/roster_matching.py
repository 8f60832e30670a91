"""Who of the directory is meant by a roster's row: by key, then number, then e-mail."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from vlms.academy.rules.roster_links import rows_of
from vlms.academy.rules.roster_rows import UserRow
from vlms.academy.rules.roster_words import Kind, Mode
from vlms.academy.service.roster_held import HeldPerson
from vlms.academy.service.roster_plan import Comparison, by
from vlms.core.reading import shown
from vlms.core.text import Text, _

Matches = dict[str, HeldPerson]


def match_people(work: Comparison) -> Matches:
    """The persons of rows that are there already. A number or address of somebody else is a
    fault, and its row is dropped."""
    matching = _Matching(work)
    rows = [row for row in rows_of(work.roster.parts[Kind.USERS], UserRow) if row.role is not None]
    if work.roster.has_source_ids:
        for row in rows:
            matching.take(row, matching.by_source.get(row.key))
    for row in rows:
        if row.key not in matching.found and row.number is not None:
            matching.take_number(row, matching.by_number.get(row.number))
    for row in rows:
        if row.key not in matching.found and row.email is not None:
            matching.take_email(row, matching.by_email.get(row.email))
    matching.refuse_foreign(rows)
    return matching.found


class _Matching:
    def __init__(self, work: Comparison) -> None:
        self.work = work
        persons = work.held.persons
        self.by_source: Mapping[str, HeldPerson] = by(persons, "source_id")
        self.by_number: Mapping[str, HeldPerson] = by(persons, "number")
        self.by_email: Mapping[str, HeldPerson] = by(persons, "email")
        self.found: Matches = {}
        self._rows: dict[UUID, UserRow] = {}

    def take(self, row: UserRow, person: HeldPerson | None) -> None:
        if person is not None and person.id not in self._rows:
            self.found[row.key] = person
            self._rows[person.id] = row

    def take_number(self, row: UserRow, person: HeldPerson | None) -> None:
        if person is not None and self._is_free(person):
            self.take(row, person)

    def take_email(self, row: UserRow, person: HeldPerson | None) -> None:
        if person is None or not self._is_free(person):
            return
        # Two numbers are two persons, who only gave the same address.
        if row.number is None or person.number is None or row.number == person.number:
            self.take(row, person)

    def _is_free(self, person: HeldPerson) -> bool:
        """No other roster's person: one with another key is the same only if all are told."""
        if person.source_id is None or not self.work.roster.has_source_ids:
            return True
        part = self.work.roster.parts[Kind.USERS]
        return part.mode is Mode.BULK and person.source_id not in part.rows

    def refuse_foreign(self, rows: list[UserRow]) -> None:
        """A row may take a number or address from somebody only if that one gives it up."""
        for row in rows:
            self._check(row, "identifier", row.number, self.by_number.get(row.number or ""))
            self._check(row, "email", row.email, self.by_email.get(row.email or ""))

    def _check(self, row: UserRow, name: str, value: str | None, person: HeldPerson | None) -> None:
        own = self.found.get(row.key)
        if person is None or value is None or (own is not None and own.id == person.id):
            return
        other = self._rows.get(person.id)
        if other is not None and self._gives_up(other, name, value):
            return
        sentence: Text = _(
            '%(field)s: "%(value)s" belongs to %(person)s in the directory.',
            field=name,
            value=shown(value),
            person=person.name,
        )
        way_out = _("Correct one of the two, in the file or in the directory.")
        self.work.roster.fault(Kind.USERS, row.line, name, sentence, way_out)
        self.work.roster.parts[Kind.USERS].drop(row.key)

    def _gives_up(self, row: UserRow, name: str, value: str) -> bool:
        now = row.number if name == "identifier" else row.email
        return now is not None and now != value
