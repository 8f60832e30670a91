"""A row of a list of people beside the person of the directory whom it means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from vlms.accounts.rules.person_row import PersonRow
from vlms.core.errors import BadInput
from vlms.core.language import Language


class HeldPerson(NamedTuple):
    """A person of the directory."""

    id: UUID
    number: str | None
    name: str
    latin_name: str | None
    email: str | None
    department: str | None
    mcid: str | None
    language: Language
    manager_id: UUID | None
    has_left: bool


@dataclass
class ComparedRow:
    """A row and what it would do: `held` is None for somebody new, who gets `person_id`."""

    number: int
    row: PersonRow | None
    refusals: list[BadInput]
    held: HeldPerson | None = None
    person_id: UUID | None = None
    manager_id: UUID | None = None
    changed: dict[str, object] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        return self.row is not None and not self.refusals

    @property
    def new_email(self) -> str | None:
        """The address that takes the place of the one that the person has (C2)."""
        if self.held is None or self.held.email is None or self.row is None:
            return None
        return self.row.email if self.row.email not in (None, self.held.email) else None
