"""QR symbols drawn as image masks: one small image each, sharp at every size."""

from __future__ import annotations

import segno
from reportlab.pdfgen.canvas import Canvas

QUIET_MODULES = 4
"""The white border a reader needs, on each side."""


def draw_qr(
    canvas: Canvas, content: str, x: float, y: float, side: float, mask: int | None = None
) -> None:
    """Draw `content` in a square of `side` points, quiet zone included, from corner x, y.

    The best of the eight masks is found by trying all, which takes most of the time; one that
    is given is taken as it is, which is as good where the content is random.
    """
    made = segno.make_qr(content, error="m", boost_error=False, mask=mask)
    rows = [bytes(row) for row in made.matrix]
    modules = len(rows)
    module = side / (modules + 2 * QUIET_MODULES)
    corner = QUIET_MODULES * module
    size = modules * module
    packed = "".join(_packed(row) for row in rows)
    canvas.saveState()
    canvas.setFillGray(0)
    canvas.addLiteral(f"{size:.3f} 0 0 {size:.3f} {x + corner:.3f} {y + corner:.3f} cm")
    # /D [1 0]: a one is painted. Hexadecimal, since the page's own filter compresses it.
    canvas.addLiteral(f"BI /W {modules} /H {modules} /IM true /BPC 1 /D [1 0] /F /AHx ID")
    canvas.addLiteral(f"{packed}> EI")
    canvas.restoreState()


def _packed(row: bytes) -> str:
    """A row's modules as bits, padded to whole bytes, in hexadecimal."""
    bits = "".join("1" if module & 1 else "0" for module in row)
    width = (len(bits) + 7) // 8
    return f"{int(bits.ljust(width * 8, '0'), 2):0{width * 2}x}"
