"""The process that parses one uploaded file: little memory, little time, no settings.

Limits and file name come as the argument (JSON), the file on stdin; stdout gets the sheet,
all sheets, the named tables of a zip, the rows as they stand, or nothing for a sound workbook.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping
from typing import Any

from vlms.core.errors import BadInput
from vlms.exports.child import live_within_limits
from vlms.exports.parsing import parse, parse_sheets
from vlms.exports.raw_rows import open_raw
from vlms.exports.sheets import Limits
from vlms.exports.wire import dump_raw, dump_refusal, dump_sheet, dump_sheets, dump_tables
from vlms.exports.xlsx_checks import check_workbook
from vlms.exports.zip_tables import parse_tables


def main() -> None:
    live_within_limits()
    asked = json.loads(sys.argv[1])
    limits = Limits(**asked["limits"])
    body = sys.stdin.buffer.read(limits.body_bytes + 1)
    try:
        answer = _answer(body, asked, limits)
    except BadInput as refusal:
        answer = dump_refusal(refusal)
    sys.stdout.write(answer)


def _answer(body: bytes, asked: Mapping[str, Any], limits: Limits) -> str:
    if "check" in asked:
        check_workbook(body, limits)
        return "{}"
    if "tables" in asked:
        return dump_tables(parse_tables(body, asked["tables"], limits))
    if "raw" in asked:
        return dump_raw(open_raw(io.BytesIO(body), asked["filename"], limits, asked["raw"]))
    if "sheets" in asked:
        return dump_sheets(parse_sheets(body, asked["filename"], limits))
    return dump_sheet(parse(body, asked["filename"], limits))


if __name__ == "__main__":
    main()
