"""An example of a plain list of people, with the columns that an import understands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from vlms.academy.service.roster_reading import FIELDS
from vlms.core.text import Name, Text, _
from vlms.exports.mapping import Field
from vlms.exports.table import Column, Table

# What may stand in each column.
COLUMN_HINTS: Mapping[str, Text] = {
    "number": _("The student or staff number; people are told apart by it, or by the address."),
    "name": _("As it is written in the person's language."),
    "latin_name": _("As on the identity document; certificates bear it."),
    "email": _("Needed where there is no number."),
    "school": _("The school's name, as it is or is to be called here."),
    "role": _("Student, teacher or staff; in Chinese 學生, 教師 or 職員."),
    "class": _("Its title; a person in two classes stands on two rows."),
    "term": _("The title of a term that is known here already."),
    "course": _("What the class is taught."),
}
_Row = Mapping[str, str | Text]
_ROWS: tuple[_Row, ...] = (
    {
        "number": "B11400001",
        "name": "王小明",
        "latin_name": "WANG, HSIAO-MING",
        "email": "b11400001@university.example",
        "role": Name("student", chinese="學生"),
    },
    {
        "number": "T0042",
        "name": "林美玲",
        "latin_name": "LIN, MEI-LING",
        "email": "meiling@university.example",
        "role": Name("teacher", chinese="教師"),
    },
)
_EVERYWHERE: _Row = {
    "school": Name("School of Management", chinese="管理學院"),
    "class": Name("Data analysis A", chinese="資料分析 A 班"),
    "course": Name("Data analysis", chinese="資料分析"),
}


def example_table(made_at: datetime) -> Table[_Row]:
    """A student and a teacher of one class, under the headings of the reader's language."""
    columns = [_column(field) for field in FIELDS]
    rows = [{**_EVERYWHERE, **row} for row in _ROWS]
    return Table(_("Example of a roster"), columns, rows, made_at)


def _column(field: Field) -> Column[_Row]:
    return Column(field.label, lambda row: row.get(field.key))
