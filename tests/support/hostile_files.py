"""Files that harm, or were chosen by mistake, as they are posted: bytes, name and type.

Made from nothing, once a process. Those of the unit tests are among them.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from functools import cache

from PIL import Image

from tests.unit.exports.test_hostile_uploads import SOUND, TEXTS, WORKBOOKS
from tests.unit.exports.uploads import XML, with_parts, with_sheet, workbook, zipped

MIB = 1024**2
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
PAGE = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
PDF = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n"
PROGRAM = b"\x7fELF\x02\x01\x01" + bytes(2_000)
ALIVE = frozenset({"encrypted", "macros", "external_links", "embedded_files", "too_large"})
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class HostileFile:
    """`reason` is why the reader of lists refuses it; "" where single rows are at fault."""

    body: bytes
    filename: str
    reason: str = "wrong_kind"
    mimetype: str = "application/octet-stream"
    # Stopped by a limit only, or large to send.
    is_costly: bool = False
    # The gate brings the form back without it.
    comes_back: bool = False


@cache
def corpus() -> dict[str, HostileFile]:
    """All of them by what they are."""
    return {**quick(), **_costly()}


@cache
def quick() -> dict[str, HostileFile]:
    """Those that are small, and refused at once."""
    books = {
        f"workbook: {name}": HostileFile(make(), "list.xlsx", why, XLSX_TYPE)
        for name, (make, why) in WORKBOOKS.items()
    }
    texts = {
        f"text: {name}": HostileFile(body, "list.csv", why, "text/csv")
        for name, (body, why) in TEXTS.items()
    }
    return {**books, **texts, **_disguised(), **_zips(), **_odd_names(), **_pictures()}


def _costly() -> dict[str, HostileFile]:
    """What takes memory or time: each within the size that is taken, but the first."""
    deep = "<a>" * 200_000 + "</a>" * 200_000
    linked = _random_elements(0.9)
    return {
        "too large": HostileFile(
            b"a,b\n" * (5 * MIB // 4 + 1), "list.csv", "too_large", is_costly=True
        ),
        "a million columns": HostileFile(
            b"a," * 10**6 + b"\n", "list.csv", "too_many_columns", is_costly=True
        ),
        "a quote that never ends": HostileFile(
            b'a,b\n"' + b"c,d\n" * 10**6, "list.csv", "bad_quotes", is_costly=True
        ),
        "a cell of four million": HostileFile(
            b"a,b\n" + b"x" * 4 * 10**6 + b",y\n", "list.csv", "", is_costly=True
        ),
        "deep XML": HostileFile(with_sheet(deep), "list.xlsx", "", is_costly=True),
        "picture of layers": HostileFile(
            layered(), "logo.jpg", "wrong_kind", "image/jpeg", is_costly=True
        ),
        "many links": HostileFile(
            with_parts(SOUND, {"xl/worksheets/_rels/sheet1.xml.rels": linked}),
            "list.xlsx",
            "",
            is_costly=True,
        ),
    }


def _random_elements(fill: float) -> bytes:
    """XML of many small elements, less regular than a bomb: it fills the size that is taken."""
    chance = random.Random(7)
    names = (
        b"<%c%c/>" % (chance.randrange(97, 123), chance.randrange(97, 123)) for _ in range(10**6)
    )
    body = b"".join(names) * int(4 * fill)
    return XML.encode() + b"<Relationships>" + body + b"</Relationships>"


def _disguised() -> dict[str, HostileFile]:
    """One thing by another's name or type."""
    liars = {"SVG": SVG, "web page": PAGE, "PDF": PDF, "program": PROGRAM}
    named = {
        f"{name} named .{ending}": HostileFile(body, f"list.{ending}", "wrong_kind", "text/csv")
        for name, body in liars.items()
        for ending in ("csv", "xlsx", "png", "pdf")
        if (name, ending) != ("PDF", "pdf")
    }
    formula = workbook([["Name", "Number"], ['=HYPERLINK("http://x.example")', "=1+1"]])
    return {
        **named,
        "workbook said to be a page": HostileFile(SOUND[:900], "list.xlsx", "damaged", "text/html"),
        "formulas": HostileFile(formula, "list.xlsx", ""),
        "DDE in a text": HostileFile(b"Name\n=cmd|'/c calc'!A0\n", "list.csv", "", "text/csv"),
        "twice the same heading": HostileFile(b"Name,Name\na,b\n", "list.csv", ""),
        "macro workbook": HostileFile(SOUND, "list.xlsm"),
        "no ending": HostileFile(SOUND, "list"),
    }


def _zips() -> dict[str, HostileFile]:
    """As rosters come; elsewhere a zip is no list at all."""
    inner = zipped({"manifest.csv": "a,b\n"})
    return {
        "zip within a zip": HostileFile(zipped({"more.zip": inner}), "roster.zip", "nested"),
        "zip of paths": HostileFile(
            zipped({"../../etc/x.csv": "a", "/users.csv": "b", "..\\..\\c.csv": "c"}),
            "roster.zip",
            "",
        ),
        "zip of two alike": HostileFile(
            zipped({"a/users.csv": "a", "b/USERS.csv": "b"}), "roster.zip", "damaged"
        ),
        "zip bomb": HostileFile(zipped({"users.csv": bytes(40 * MIB)}), "roster.zip", "too_large"),
        "zip of 300 files": HostileFile(
            zipped({f"{n}.csv": "a" for n in range(300)}), "roster.zip", "too_large"
        ),
        "half a zip": HostileFile(inner[: len(inner) // 2], "roster.zip", "damaged"),
    }


def _odd_names() -> dict[str, HostileFile]:
    """Names that no file has, though what is in it would be a list."""
    return {
        "name of a path": HostileFile(b"a,b\n\0,c\n", "../../../etc/passwd.csv", "not_text"),
        "name that turns": HostileFile(
            b"a\n", "list\u202evsc.exe", "odd_characters", comes_back=True
        ),
        "name of 300": HostileFile(b"a\n", "x" * 300 + ".csv", "odd_characters", comes_back=True),
        "name with a line": HostileFile(
            b"a,b\n\0,c\n", "list\r\nX-A: b.csv", "odd_characters", comes_back=True
        ),
    }


def _pictures() -> dict[str, HostileFile]:
    return {
        "half a picture": HostileFile(_png(200, 200)[:60], "logo.png", "wrong_kind", "image/png"),
        "picture too wide": HostileFile(_png(20_000, 40), "logo.png", "wrong_kind", "image/png"),
    }


def layered(side: int = 4_000, layers: int = 60_000) -> bytes:
    """A progressive JPEG whose last, empty scan comes so often: each is gone through."""
    out = io.BytesIO()
    Image.new("L", (side, side), 128).save(out, "JPEG", progressive=True, quality=1)
    body = out.getvalue()
    scan = body[body.rindex(b"\xff\xda") : -2]
    most = (2 * MIB - len(body)) // len(scan)
    return body[:-2] + scan * min(layers, most) + b"\xff\xd9"


def _png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height)).save(out, "PNG")
    return out.getvalue()
