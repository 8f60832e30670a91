"""Which column of an uploaded list holds what: guessed from the headings, then confirmed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vlms.core.errors import BadInput
from vlms.core.text import Text, _
from vlms.exports.sheets import Row, Value

_SEPARATORS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Field:
    """Something a list may tell: `label` is shown, `synonyms` are headings in any language."""

    key: str
    label: Text
    synonyms: Sequence[str] = ()
    required: bool = True


@dataclass(frozen=True)
class FromColumn:
    """The value stands in the column at `place`, counted from 0."""

    place: int


@dataclass(frozen=True)
class Fixed:
    """The value is the same for every row."""

    value: str


Source = FromColumn | Fixed
ColumnMapping = Mapping[str, Source]


def guess_mapping(fields: Sequence[Field], headers: Sequence[str]) -> dict[str, Source]:
    """The fields whose column can be told by its heading; no column is given twice.

    Headings that equal a name of a field win over those that only contain one.
    """
    found: dict[str, Source] = {}
    folded = [fold(header) for header in headers]
    for match in (_equals, _contains):
        for field in fields:
            free = [p for p in range(len(folded)) if FromColumn(p) not in found.values()]
            places = [p for p in free if match(_names(field), folded[p])]
            # Two columns that only contain the word: a person has to choose.
            if field.key not in found and places and (match is _equals or len(places) == 1):
                found[field.key] = FromColumn(places[0])
    return found


def check_mapping(fields: Sequence[Field], mapping: ColumnMapping, headers: Sequence[str]) -> None:
    """Raises BadInput for a required field without source, or a column that is not there."""
    for field in fields:
        source = mapping.get(field.key)
        if isinstance(source, FromColumn) and not 0 <= source.place < len(headers):
            source = None
        if field.required and (source is None or source == Fixed("")):
            raise BadInput(
                None,
                _("No column of the file is called “%(field)s”.", field=field.label),
                reason="column_missing",
                field=field.key,
                way_out=_("Give the column that heading in the file, and upload it again."),
            )


def value_in(row: Row, mapping: ColumnMapping, key: str) -> Value:
    """What a row says for a field; None when nothing tells."""
    match mapping.get(key):
        case FromColumn(place):
            return row.values[place]
        case Fixed(value):
            return value or None
        case _:
            return None


def is_name_of_field(fields: Sequence[Field], heading: str) -> bool:
    """Whether a heading is one of the names by which these fields are known."""
    return any(_equals(_names(field), fold(heading)) for field in fields)


def fold(heading: str) -> str:
    """A heading for comparison: compatibility forms, case, spaces and signs do not count."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", heading).casefold())


def _names(field: Field) -> set[str]:
    names = (field.key, field.label.singular, str(field.label), *field.synonyms)
    return {fold(name) for name in names} - {""}


def _equals(names: set[str], heading: str) -> bool:
    return heading in names


def _contains(names: set[str], heading: str) -> bool:
    return any(name in heading for name in names if len(name) > 1)
