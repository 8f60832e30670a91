"""Sheets and refusals as JSON, between the child process that parses and its parent."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from vlms.core.errors import BadInput
from vlms.core.text import Text
from vlms.exports.sheets import Problem, Row, Sheet, Value


def dump_sheet(sheet: Sheet) -> str:
    return json.dumps(
        {
            "headers": sheet.headers,
            "rows": [[row.number, [_packed(v) for v in row.values]] for row in sheet.rows],
            "problems": [
                [p.row, p.cell, _packed_text(p.sentence), _packed_text(p.way_out)]
                for p in sheet.problems
            ],
            "ignored": sheet.ignored_sheets,
        }
    )


def dump_refusal(refusal: BadInput) -> str:
    way_out = refusal.way_out and _packed_text(refusal.way_out)
    return json.dumps({"refused": [refusal.reason, _packed_text(refusal.sentence), way_out]})


def load(answer: str) -> Sheet:
    """The sheet that the child sent. Raises the BadInput it met."""
    found = json.loads(answer)
    if "refused" in found:
        reason, sentence, way_out = found["refused"]
        raise BadInput(
            None,
            Text(**sentence),
            reason=reason,
            field="file",
            way_out=Text(**way_out) if way_out else None,
        )
    return Sheet(
        tuple(found["headers"]),
        tuple(Row(number, tuple(map(_value, values))) for number, values in found["rows"]),
        tuple(
            Problem(row, cell, Text(**sentence), Text(**way_out))
            for row, cell, sentence, way_out in found["problems"]
        ),
        tuple(found["ignored"]),
    )


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
