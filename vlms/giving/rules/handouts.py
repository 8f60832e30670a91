"""Who of a list is to get a code, and why not the others (C2): before anything is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from vlms.core.errors import BadInput, DomainError
from vlms.core.language import Language
from vlms.core.reading import refuse
from vlms.core.text import Text, _


class Act(StrEnum):
    """What is done with the codes: changeable, or for good (C2)."""

    RESERVE = "reserve"
    ASSIGN = "assign"


class Source(StrEnum):
    """Where the people of a handout come from."""

    PASTED = "pasted"
    FILE = "file"
    PEOPLE = "people"


class Standing(StrEnum):
    """What the check says of a row."""

    GOOD = "good"
    NEW = "new"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    LEFT = "left"
    DOUBLE = "double"
    HOLDS = "holds"


class Outcome(StrEnum):
    """What became of a row."""

    GIVEN = "given"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNDONE = "undone"


WILLING = frozenset({Standing.GOOD, Standing.NEW})
# Nothing is wrong with these: they are meant to be left out.
SKIPPED = frozenset({Standing.DOUBLE, Standing.HOLDS})


@dataclass(frozen=True)
class Entry:
    """A line of a list as it was given; empty where it says nothing."""

    line: int
    email: str = ""
    name: str = ""
    number: str = ""
    department: str = ""
    language: str = ""


# So many characters a row may say; more are refused, never cut off to fit.
LONGEST = {"email": 254, "name": 200, "number": 60, "department": 120, "language": 40}
# So many are kept of what is typed: what was too long still is, whenever it is checked again.
KEPT_LENGTH = 500


@dataclass(frozen=True)
class Read:
    """The same as it was understood."""

    email: str | None
    number: str | None
    language: Language | None = None


class Known(NamedTuple):
    """Somebody of the directory."""

    id: UUID
    name: str
    email: str | None
    number: str | None
    has_left: bool


@dataclass(frozen=True)
class Directory:
    """Those of the organisation whom a list may mean, by address and by number."""

    by_email: Mapping[str, Known]
    by_number: Mapping[str, Known]


@dataclass(frozen=True)
class Asked:
    """A row: who is meant, as understood or why not, and what was said of it."""

    line: int
    product_id: UUID
    read: Read | BadInput
    has_name: bool = False
    gives_again: bool = False
    is_dropped: bool = False


@dataclass(frozen=True)
class Finding:
    """What the check says of one row; `problem` says why it gets no code."""

    standing: Standing
    person_id: UUID | None = None
    problem: DomainError | None = None


Holders = Mapping[UUID, AbstractSet[UUID]]
"""Who holds a good code of a product, by product."""
Lines = dict[tuple[UUID, object], int]
"""In which row a person of a product came first."""


def check_rows(
    rows: Sequence[Asked], directory: Directory, holders: Holders, *, adds_people: bool
) -> list[Finding]:
    """What is to become of each row; of two that mean one person the first counts."""
    first: Lines = {}
    unknown: Lines = {}
    found = []
    for row in rows:
        finding = _find(row, directory, adds_people=adds_people)
        if finding.standing in WILLING and not row.is_dropped:
            finding = _once(row, finding, first, holders)
        elif finding.standing is Standing.UNKNOWN and not row.is_dropped:
            finding = _unknown_once(row, finding, first, unknown)
        found.append(finding)
    return found


def _find(row: Asked, directory: Directory, *, adds_people: bool) -> Finding:
    if isinstance(row.read, BadInput):
        return Finding(Standing.WRONG, None, row.read)
    by_email = directory.by_email.get(row.read.email or "")
    by_number = directory.by_number.get(row.read.number or "")
    try:
        known = _same(row.read, by_email, by_number)
    except BadInput as refusal:
        return Finding(Standing.WRONG, None, refusal)
    if known is None:
        return _unknown(row, row.read, adds_people=adds_people)
    if known.has_left:
        return Finding(Standing.LEFT, known.id, _left(known.name))
    return Finding(Standing.GOOD, known.id)


def _same(read: Read, by_email: Known | None, by_number: Known | None) -> Known | None:
    """The one person whom address and number name. Raises BadInput where they name two."""
    if by_email and read.number and by_email.number and by_email.number != read.number:
        raise _refused(
            "other_number",
            _("%(name)s, whose address this is, has another number.", name=by_email.name),
            _("Correct the number or the address, or leave one of them out."),
            "number",
        )
    if by_number and read.email and by_number.email != read.email:
        raise _refused(
            "other_address",
            _("%(name)s, whose number this is, has another address.", name=by_number.name),
            _("Leave the address out here, or correct it in the directory."),
            "email",
        )
    return by_email or by_number


def _unknown(row: Asked, read: Read, *, adds_people: bool) -> Finding:
    if adds_people and read.email and row.has_name:
        return Finding(Standing.NEW)
    way_out = _("Give name and address, and tick that new people are added to the directory.")
    sentence = _("This person is not in the organisation's directory.")
    return Finding(Standing.UNKNOWN, None, _refused("unknown", sentence, way_out, "email"))


def _unknown_once(row: Asked, finding: Finding, first: Lines, unknown: Lines) -> Finding:
    """Who is not known need be put right once; a row that could be given to goes before it."""
    assert isinstance(row.read, Read)
    key = row.product_id, row.read.email or row.read.number
    earlier = first.get(key) or unknown.setdefault(key, row.line)
    return finding if earlier == row.line else Finding(Standing.DOUBLE, None, double(earlier))


def _once(row: Asked, finding: Finding, first: Lines, holders: Holders) -> Finding:
    """Neither twice in the list nor, unless it is meant, beside one that they hold."""
    assert isinstance(row.read, Read)
    key = row.product_id, finding.person_id or row.read.email
    earlier = first.setdefault(key, row.line)
    if earlier != row.line:
        return Finding(Standing.DOUBLE, finding.person_id, double(earlier))
    is_held = finding.person_id in holders.get(row.product_id, frozenset())
    if is_held and not row.gives_again:
        return Finding(Standing.HOLDS, finding.person_id, _holds())
    return finding


def _left(name: str) -> BadInput:
    return _refused(
        "person_left",
        _("%(name)s has left the organisation.", name=name),
        _("Leave the row out; or take them back in the directory if they never left."),
        "person",
    )


def double(line: int) -> BadInput:
    """Why the second of two rows for one person gets nothing."""
    return _refused(
        "double",
        _("The same person stands in row %(row)s already.", row=line),
        _("One of the two is enough; nobody gets two codes from one list."),
        "email",
    )


def _holds() -> BadInput:
    return _refused(
        "holds_one",
        _("This person has a code of this product already."),
        _("Tick in the row that another one is meant, or leave it out."),
        "person",
    )


def dropped() -> BadInput:
    """Why a row that somebody left out got nothing."""
    sentence = _("The row was left out before the codes were given.")
    return _refused("dropped", sentence, _("Make another handout for it, if it is wanted."), None)


def check_lengths(texts: Mapping[str, str], labels: Mapping[str, Text]) -> None:
    """Raises BadInput for a text that is longer than its field, with the limit."""
    for name, longest in LONGEST.items():
        text = texts.get(name, "").strip()
        if len(text) > longest:
            way_out = _("Use at most %(longest)s characters.", longest=longest)
            refusal = refuse(text, labels[name], way_out, "too_long")
            refusal.field = name
            raise refusal


def no_number_or_address() -> BadInput:
    """A row that names nobody."""
    return _refused(
        "unnamed",
        _("There is neither a number nor an e-mail address."),
        _("Write one of them, as name@example.com."),
        "email",
    )


def _refused(reason: str, sentence: Text, way_out: Text, field: str | None) -> BadInput:
    return BadInput("C2", sentence, reason=reason, field=field, way_out=way_out)
