"""What may be attached to an agreement or an order: told by its content, not by its name."""

from __future__ import annotations

from collections.abc import Callable

from vlms.core.errors import BadInput
from vlms.core.text import Text, _

MOST_BYTES = 5 * 1024 * 1024
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# How the content begins, the endings of such a file's name, and its media type.
_KINDS: tuple[tuple[bytes, tuple[str, ...], str], ...] = (
    (b"%PDF-", (".pdf",), "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", (".png",), "image/png"),
    (b"\xff\xd8\xff", (".jpg", ".jpeg"), "image/jpeg"),
    (b"PK\x03\x04", (".xlsx",), _XLSX),
)
WorkbookCheck = Callable[[bytes], None]


def media_type_of(filename: str, body: bytes, check_workbook: WorkbookCheck) -> str:
    """The media type of a PDF, PNG, JPEG or Excel workbook.

    `check_workbook` refuses workbooks that are alive or a bomb. Raises BadInput for another
    kind, a name that says another one, an empty file or one above 5 MB.
    """
    if not body:
        raise _refused("empty", _("The file is empty."), _("Choose another file."))
    if len(body) > MOST_BYTES:
        smaller = _("Save it smaller, and send it again.")
        raise _refused(
            "too_large",
            _("The file is larger than 5 MB."),
            smaller,
        )
    for beginning, endings, media_type in _KINDS:
        if body.startswith(beginning) and filename.lower().endswith(endings):
            if media_type == _XLSX:
                check_workbook(body)
            return media_type
    raise _refused(
        "wrong_kind",
        _("“%(name)s” is no PDF, PNG or JPEG picture, or Excel workbook (.xlsx).", name=filename),
        _("Save it as PDF, and send that."),
    )


def _refused(reason: str, sentence: Text, way_out: Text) -> BadInput:
    return BadInput(None, sentence, reason=reason, field="file", way_out=way_out)
