"""Sheets and refusals as JSON, between the child process that parses and its parent."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from vlms.core.errors import BadInput
from vlms.core.text import Text
from vlms.exports.raw_rows import RawFile, RawSheet
from vlms.exports.sheets import Problem, RawRow, Row, Sheet, Value
from vlms.exports.zip_tables import LineFault, TextTable


def dump_sheet(sheet: Sheet) -> str:
    return json.dumps(_packed_sheet(sheet))


def dump_sheets(sheets: Mapping[str, Sheet]) -> str:
    """Sheets by their names; kept so, too, until somebody has confirmed them."""
    return json.dumps({"sheets": {name: _packed_sheet(one) for name, one in sheets.items()}})


def _packed_sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        "headers": sheet.headers,
        "rows": [[row.number, [_packed(v) for v in row.values]] for row in sheet.rows],
        "problems": [_packed_problem(p) for p in sheet.problems],
        "ignored": sheet.ignored_sheets,
    }


def dump_raw(raw: RawFile) -> str:
    rows = [
        [row.number, [_packed(v) for v in row.values], [_packed_problem(p) for p in row.problems]]
        for row in raw.rows()
    ]
    return json.dumps({"rows": rows, "encoding": raw.encoding, "delimiter": raw.delimiter})


def load_raw(answer: str) -> RawSheet:
    """The rows that the child sent. Raises the BadInput it met."""
    found = json.loads(answer)
    _raise_refusal(found)
    rows = [
        RawRow(number, [_value(value) for value in values], [_problem(one) for one in problems])
        for number, values, problems in found["rows"]
    ]
    return RawSheet(rows, found["encoding"], found["delimiter"])


def dump_tables(tables: Mapping[str, TextTable]) -> str:
    return json.dumps(
        {
            name: [
                table.headers,
                table.lines,
                [
                    [
                        f.line,
                        f.field,
                        _packed_text(f.sentence),
                        f.way_out and _packed_text(f.way_out),
                    ]
                    for f in table.faults
                ],
                sorted(table.spoiled),
            ]
            for name, table in tables.items()
        }
    )


def load_tables(answer: str) -> dict[str, TextTable]:
    """The files that the child sent. Raises the BadInput it met."""
    found = json.loads(answer)
    _raise_refusal(found)
    return {
        name: TextTable(
            tuple(headers),
            [(number, tuple(values)) for number, values in lines],
            [
                LineFault(line, field, Text(**sentence), Text(**way_out) if way_out else None)
                for line, field, sentence, way_out in faults
            ],
            frozenset(spoiled),
        )
        for name, (headers, lines, faults, spoiled) in found.items()
    }


def dump_refusal(refusal: BadInput) -> str:
    way_out = refusal.way_out and _packed_text(refusal.way_out)
    return json.dumps({"refused": [refusal.reason, _packed_text(refusal.sentence), way_out]})


def load(answer: str) -> Sheet:
    """The sheet that the child sent. Raises the BadInput it met."""
    found = json.loads(answer)
    _raise_refusal(found)
    return _sheet(found)


def load_nothing(answer: str) -> None:
    """Raises the BadInput that the child met, if it met one."""
    _raise_refusal(json.loads(answer))


def load_picture(answer: str) -> bytes:
    """The picture that the child has made. Raises the BadInput it met."""
    found = json.loads(answer)
    _raise_refusal(found)
    return b64decode(found["picture"])


def load_sheets(answer: str) -> dict[str, Sheet]:
    """The same of a workbook's sheets, by their names."""
    found = json.loads(answer)
    _raise_refusal(found)
    return {name: _sheet(one) for name, one in found["sheets"].items()}


def _sheet(found: Mapping[str, Any]) -> Sheet:
    return Sheet(
        tuple(found["headers"]),
        tuple(Row(number, tuple(map(_value, values))) for number, values in found["rows"]),
        tuple(map(_problem, found["problems"])),
        tuple(found["ignored"]),
    )


def _raise_refusal(found: Mapping[str, Any]) -> None:
    if "refused" not in found:
        return
    reason, sentence, way_out = found["refused"]
    raise BadInput(
        None,
        Text(**sentence),
        reason=reason,
        field="file",
        way_out=Text(**way_out) if way_out else None,
    )


def _packed_problem(problem: Problem) -> list[Any]:
    where = [problem.row, problem.cell]
    return [*where, _packed_text(problem.sentence), _packed_text(problem.way_out)]


def _problem(packed: list[Any]) -> Problem:
    row, cell, sentence, way_out = packed
    return Problem(row, cell, Text(**sentence), Text(**way_out))


def _packed(value: Value) -> object:
    match value:
        case None | str():
            return value
        case datetime():
            return ["t", value.isoformat()]
        case date():
            return ["d", value.isoformat()]
        case _:
            return ["n", str(value)]


def _value(packed: Any) -> Value:
    if packed is None or isinstance(packed, str):
        return packed
    kind, text = packed
    match kind:
        case "t":
            return datetime.fromisoformat(text)
        case "d":
            return date.fromisoformat(text)
        case _:
            return Decimal(text)


def _packed_text(text: Text) -> dict[str, Any]:
    return {
        "singular": text.singular,
        "plural": text.plural,
        "number": text.number,
        "values": text.values,
    }
