"""What list pages and downloads share: the listing in the address, files in three formats."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, TypeVar
from urllib.parse import quote

from flask import g, request, send_file
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from vlms.core.paging import Listing
from vlms.exports.csv import write_csv
from vlms.exports.document import Document
from vlms.exports.pdf import write_pdf
from vlms.exports.table import Table
from vlms.exports.xlsx import write_book, write_xlsx

Papers = TypeVar("Papers")
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "pdf": "application/pdf",
}
WRITERS: dict[str, Callable[[Table[Any], BinaryIO], None]] = {
    "xlsx": write_xlsx,
    "csv": write_csv,
    "pdf": write_pdf,
}


def listing(default_sort: str) -> Listing:
    """What the address asks of a list: `sort`, `after`."""
    return Listing(request.args.get("sort") or default_sort, request.args.get("after") or None)


def wanted(name: str) -> str | None:
    """A filter's value in the address, or None when it is empty; no database holds a NUL."""
    return (request.args.get(name) or "").replace("\0", "").strip()[:200] or None


def is_partial() -> bool:
    """Whether htmx asks for a part of the page."""
    return request.headers.get("HX-Request") == "true"


def send_table(table: Table[Any], name: str, form: str) -> Response:
    """A table as a file `name`.xlsx, .csv or .pdf; 404 for any other form."""
    if form not in WRITERS:
        raise NotFound
    out = io.BytesIO()
    WRITERS[form](table, out)
    return _send(out, name, form)


def send_book(tables: Sequence[Table[Any]], name: str) -> Response:
    """Several tables as one workbook, a sheet each."""
    out = io.BytesIO()
    write_book(tables, out)
    return _send(out, name, "xlsx")


def send_document(document: Document, name: str) -> Response:
    """A paper as PDF."""
    out = io.BytesIO()
    write_pdf(document, out)
    return _send(out, name, "pdf")


def send_drawn(papers: Papers, draw: Callable[[Papers, BinaryIO], None], name: str) -> Response:
    """Papers as one PDF that `draw` makes of them."""
    out = io.BytesIO()
    draw(papers, out)
    return _send(out, name, "pdf")


def name_download(response: Response, filename: str) -> None:
    """Let the browser save the answer under this name, whatever stands in it (RFC 6266)."""
    names = {"filename": filename}
    if not filename.isascii():
        plain = unicodedata.normalize("NFKD", filename).encode("ascii", "ignore").decode()
        names = {"filename": plain, "filename*": f"UTF-8''{quote(filename, safe='')}"}
    response.headers.set("Content-Disposition", "attachment", **names)


def _send(out: io.BytesIO, name: str, form: str) -> Response:
    out.seek(0)
    day = g.now.date().isoformat()
    return send_file(
        out, mimetype=TYPES[form], as_attachment=True, download_name=f"{name}-{day}.{form}"
    )
